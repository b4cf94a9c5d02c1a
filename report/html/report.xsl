<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- The model (report/model.h) as one HTML page. Every value is escaped by construction: disable-output-escaping is not
     used. No style attributes, which the content security policy would refuse: widths are attributes of SVG shapes. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>
<xsl:strip-space elements="*"/>
<xsl:preserve-space elements="pre p code style"/>
<xsl:key name="m" match="messages/m" use="@id"/>
<xsl:variable name="report" select="/report"/>
<xsl:variable name="failed" select="/report/checks/check[@fail &gt; 0]"/>
<xsl:variable name="open" select="/report/checks/check[@unknown &gt; 0 or @error &gt; 0]"/>

<!-- words -->
<xsl:template name="t">
  <xsl:param name="id"/>
  <xsl:param name="or" select="$id"/>
  <xsl:choose>
    <xsl:when test="key('m', $id)"><xsl:value-of select="key('m', $id)"/></xsl:when>
    <xsl:otherwise><bdi><xsl:value-of select="$or"/></bdi></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="tf">
  <xsl:param name="id"/>
  <xsl:param name="a"/>
  <xsl:param name="b"/>
  <xsl:variable name="one" select="key('m', concat($id, '.one'))[string($a) = '1']"/>
  <xsl:variable name="text" select="$one | key('m', $id)[not($one)]"/>
  <xsl:call-template name="fill"><xsl:with-param name="text" select="string($text)"/>
    <xsl:with-param name="a" select="$a"/><xsl:with-param name="b" select="$b"/></xsl:call-template>
</xsl:template>

<xsl:template name="fill">
  <xsl:param name="text"/>
  <xsl:param name="a"/>
  <xsl:param name="b"/>
  <xsl:choose>
    <xsl:when test="contains($text, '{')">
      <xsl:value-of select="substring-before($text, '{')"/>
      <xsl:choose>
        <xsl:when test="starts-with(substring-after($text, '{'), '1')"><xsl:value-of select="$a"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="$b"/></xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="fill"><xsl:with-param name="text" select="substring-after($text, '}')"/>
        <xsl:with-param name="a" select="$a"/><xsl:with-param name="b" select="$b"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="number">
  <xsl:param name="n"/>
  <xsl:choose>
    <xsl:when test="$n = ''">0</xsl:when>
    <xsl:otherwise><xsl:value-of select="format-number($n, '#,##0')"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="severity">
  <xsl:param name="of"/>
  <span class="badge {$of}"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('severity.', $of)"/>
    <xsl:with-param name="or" select="$of"/></xsl:call-template></span>
</xsl:template>

<xsl:template name="th">
  <xsl:param name="id"/>
  <xsl:param name="class"/>
  <th scope="col"><xsl:if test="$class"><xsl:attribute name="class"><xsl:value-of select="$class"/></xsl:attribute></xsl:if>
    <xsl:call-template name="t"><xsl:with-param name="id" select="$id"/></xsl:call-template></th>
</xsl:template>

<xsl:template name="h2">
  <xsl:param name="id"/>
  <h2 id="{$id}"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('section.', $id)"/></xsl:call-template></h2>
</xsl:template>

<xsl:template name="state">
  <xsl:choose>
    <xsl:when test="$failed[@severity = 'critical']">critical</xsl:when>
    <xsl:when test="$failed[@severity = 'high']">high</xsl:when>
    <xsl:when test="$failed">some</xsl:when>
    <xsl:when test="$open">unclear</xsl:when>
    <xsl:otherwise>clear</xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="organisation">
  <xsl:choose>
    <xsl:when test="info[@name = concat('organisation_', /report/@lang)]">
      <xsl:value-of select="info[@name = concat('organisation_', /report/@lang)]"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="info[starts-with(@name, 'organisation_')][1]"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- the page -->
<xsl:template match="/report">
<html lang="{@lang}">
<head>
  <meta http-equiv="Content-Security-Policy">
    <xsl:attribute name="content">default-src 'none'; style-src 'sha256-<xsl:value-of select="style/@sha256"/>'; base-uri 'none'; form-action 'none'</xsl:attribute>
  </meta>
  <meta name="viewport" content="width=device-width, initial-scale=1"/>
  <meta name="color-scheme" content="light dark"/>
  <meta name="referrer" content="no-referrer"/>
  <meta name="generator" content="Kagimori"/>
  <title><xsl:call-template name="t"><xsl:with-param name="id" select="'report.title'"/></xsl:call-template> — <xsl:call-template name="organisation"/></title>
  <style><xsl:value-of select="style"/></style>
</head>
<body>
  <xsl:call-template name="cover"/>
  <main>
    <xsl:call-template name="contents"/>
    <xsl:call-template name="findings"/>
    <xsl:call-template name="unknown"/>
    <xsl:call-template name="waivers"/>
    <xsl:call-template name="reset"/>
    <xsl:call-template name="passed"/>
    <xsl:call-template name="scope"/>
    <xsl:call-template name="all"/>
    <xsl:call-template name="reading"/>
  </main>
  <footer>
    <p><xsl:call-template name="t"><xsl:with-param name="id" select="'report.readonly'"/></xsl:call-template></p>
  </footer>
</body>
</html>
</xsl:template>

<xsl:template name="contents">
  <nav aria-labelledby="contents">
    <h2 id="contents"><xsl:call-template name="t"><xsl:with-param name="id" select="'report.contents'"/></xsl:call-template></h2>
    <ol>
      <xsl:for-each select="/report/messages/m[starts-with(@id, 'section.') and @id != 'section.summary']">
        <li><a href="#{substring-after(@id, 'section.')}"><xsl:value-of select="."/></a></li>
      </xsl:for-each>
    </ol>
  </nav>
</xsl:template>

<!-- page 1 -->
<xsl:template name="cover">
  <xsl:variable name="state"><xsl:call-template name="state"/></xsl:variable>
  <header id="summary">
    <div class="band">
      <p class="mark">Kagimori 鍵守</p>
      <h1><xsl:call-template name="t"><xsl:with-param name="id" select="'report.title'"/></xsl:call-template></h1>
      <p class="organisation"><bdi><xsl:call-template name="organisation"/></bdi></p>
      <p class="date"><xsl:call-template name="t"><xsl:with-param name="id" select="'report.date'"/></xsl:call-template>
        <xsl:text> </xsl:text><xsl:value-of select="@now"/><xsl:text> </xsl:text><xsl:value-of select="@zone"/>
        <span class="confidential"><xsl:call-template name="t"><xsl:with-param name="id" select="'report.confidential'"/></xsl:call-template></span></p>
    </div>
    <div class="page">
      <section class="state {$state}">
        <p class="lead"><xsl:call-template name="tf"><xsl:with-param name="id" select="concat('state.', $state)"/>
          <xsl:with-param name="a" select="count($failed[@severity = $state or $state = 'some'])"/></xsl:call-template></p>
        <p><xsl:call-template name="t"><xsl:with-param name="id" select="concat('state.', $state, '.text')"/></xsl:call-template>
        <xsl:if test="$open"><xsl:text> </xsl:text><xsl:call-template name="tf"><xsl:with-param name="id" select="'state.unknown'"/>
          <xsl:with-param name="a" select="count($open)"/><xsl:with-param name="b" select="@checks"/></xsl:call-template></xsl:if></p>
      </section>
      <xsl:call-template name="looked"/>
      <h2><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.counts'"/></xsl:call-template></h2>
      <ul class="tiles">
        <xsl:call-template name="tile"><xsl:with-param name="of" select="'critical'"/></xsl:call-template>
        <xsl:call-template name="tile"><xsl:with-param name="of" select="'high'"/></xsl:call-template>
        <xsl:call-template name="tile"><xsl:with-param name="of" select="'medium'"/></xsl:call-template>
        <xsl:call-template name="tile"><xsl:with-param name="of" select="'low'"/></xsl:call-template>
        <xsl:call-template name="tile"><xsl:with-param name="of" select="'info'"/></xsl:call-template>
      </ul>
      <xsl:call-template name="verdicts"/>
      <xsl:call-template name="urgent"/>
      <xsl:call-template name="blind"/>
      <xsl:call-template name="themes"/>
    </div>
  </header>
</xsl:template>

<xsl:template name="looked">
  <dl class="looked">
    <dt><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.looked'"/></xsl:call-template></dt>
    <dd>
      <xsl:for-each select="objects/object">
        <span class="count"><xsl:call-template name="tf"><xsl:with-param name="id" select="concat('object.', @name)"/>
          <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@number"/></xsl:call-template></xsl:with-param></xsl:call-template></span><xsl:text> </xsl:text>
      </xsl:for-each>
    </dd>
    <xsl:if test="servers/server">
      <dt><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.servers'"/></xsl:call-template></dt>
      <dd><xsl:for-each select="servers/server[position() &lt;= 6]">
        <xsl:if test="position() &gt; 1">, </xsl:if><bdi><xsl:value-of select="@host"/></bdi>
        <xsl:if test="@domain_dn"> (<bdi><xsl:value-of select="@domain_dn"/></bdi>)</xsl:if>
      </xsl:for-each><xsl:if test="count(servers/server) &gt; 6"> …</xsl:if></dd>
    </xsl:if>
    <xsl:if test="info[@name = 'scope']">
      <dt><xsl:call-template name="t"><xsl:with-param name="id" select="'info.scope'"/></xsl:call-template></dt>
      <dd><bdi><xsl:value-of select="info[@name = 'scope']"/></bdi></dd>
    </xsl:if>
  </dl>
</xsl:template>

<xsl:template name="tile">
  <xsl:param name="of"/>
  <xsl:variable name="s" select="/report/severities/severity[@name = $of]"/>
  <li class="tile {$of}">
    <xsl:if test="not($s)"><xsl:attribute name="class">tile none</xsl:attribute></xsl:if>
    <span class="label"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('severity.', $of)"/></xsl:call-template></span>
    <xsl:text> </xsl:text>
    <span class="big"><xsl:call-template name="number"><xsl:with-param name="n" select="string($s/@checks)"/></xsl:call-template></span>
    <xsl:text> </xsl:text>
    <span class="small"><xsl:if test="$s">
      <xsl:call-template name="tf"><xsl:with-param name="id" select="'summary.subjects'"/>
        <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="string($s/@subjects)"/></xsl:call-template></xsl:with-param></xsl:call-template>
    </xsl:if></span>
  </li>
</xsl:template>

<!-- the bar of all verdicts, and the same in words -->
<xsl:template name="verdicts">
  <xsl:variable name="v" select="verdicts/verdict"/>
  <xsl:variable name="sum" select="sum($v/@subjects)"/>
  <xsl:if test="$sum &gt; 0">
    <h2><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.verdicts'"/></xsl:call-template></h2>
    <figure>
      <svg class="bar" viewBox="0 0 1000 24" preserveAspectRatio="none" role="img">
        <title><xsl:call-template name="tf"><xsl:with-param name="id" select="'summary.bar'"/>
          <xsl:with-param name="a" select="format-number($sum, '#,##0')"/></xsl:call-template></title>
        <xsl:call-template name="segment"><xsl:with-param name="name" select="'fail'"/><xsl:with-param name="from" select="0"/><xsl:with-param name="sum" select="$sum"/></xsl:call-template>
        <xsl:call-template name="segment"><xsl:with-param name="name" select="'error'"/><xsl:with-param name="from" select="sum($v[@name='fail']/@subjects)"/><xsl:with-param name="sum" select="$sum"/></xsl:call-template>
        <xsl:call-template name="segment"><xsl:with-param name="name" select="'unknown'"/><xsl:with-param name="from" select="sum($v[@name='fail' or @name='error']/@subjects)"/><xsl:with-param name="sum" select="$sum"/></xsl:call-template>
        <xsl:call-template name="segment"><xsl:with-param name="name" select="'waived'"/><xsl:with-param name="from" select="sum($v[@name='fail' or @name='error' or @name='unknown']/@subjects)"/><xsl:with-param name="sum" select="$sum"/></xsl:call-template>
        <xsl:call-template name="segment"><xsl:with-param name="name" select="'pass'"/><xsl:with-param name="from" select="sum($v[@name='fail' or @name='error' or @name='unknown' or @name='waived']/@subjects)"/><xsl:with-param name="sum" select="$sum"/></xsl:call-template>
        <xsl:call-template name="segment"><xsl:with-param name="name" select="'not_applicable'"/><xsl:with-param name="from" select="$sum - sum($v[@name='not_applicable']/@subjects)"/><xsl:with-param name="sum" select="$sum"/></xsl:call-template>
      </svg>
      <figcaption><ul class="legend">
        <xsl:call-template name="legend"><xsl:with-param name="name" select="'fail'"/></xsl:call-template>
        <xsl:call-template name="legend"><xsl:with-param name="name" select="'error'"/></xsl:call-template>
        <xsl:call-template name="legend"><xsl:with-param name="name" select="'unknown'"/></xsl:call-template>
        <xsl:call-template name="legend"><xsl:with-param name="name" select="'waived'"/></xsl:call-template>
        <xsl:call-template name="legend"><xsl:with-param name="name" select="'pass'"/></xsl:call-template>
        <xsl:call-template name="legend"><xsl:with-param name="name" select="'not_applicable'"/></xsl:call-template>
      </ul></figcaption>
    </figure>
  </xsl:if>
</xsl:template>

<xsl:template name="segment">
  <xsl:param name="name"/>
  <xsl:param name="from"/>
  <xsl:param name="sum"/>
  <xsl:variable name="n" select="/report/verdicts/verdict[@name = $name]/@subjects"/>
  <xsl:if test="$n"><rect class="v-{$name}" y="0" height="24" x="{format-number($from * 1000 div $sum, '0.##')}" width="{format-number($n * 1000 div $sum, '0.##')}"/></xsl:if>
</xsl:template>

<xsl:template name="legend">
  <xsl:param name="name"/>
  <xsl:variable name="v" select="/report/verdicts/verdict[@name = $name]"/>
  <xsl:if test="$v">
    <li><svg class="dot" viewBox="0 0 10 10" aria-hidden="true"><rect class="v-{$name}" width="10" height="10" rx="2"/></svg>
      <xsl:text> </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="concat('verdict.', $name)"/></xsl:call-template>
      <xsl:text> </xsl:text><b><xsl:call-template name="number"><xsl:with-param name="n" select="$v/@subjects"/></xsl:call-template></b></li>
  </xsl:if>
</xsl:template>

<!-- the first findings, one sentence each -->
<xsl:template name="urgent">
  <xsl:variable name="list" select="$failed[@severity != 'info']"/>
  <xsl:if test="$list">
    <h2><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.urgent'"/></xsl:call-template></h2>
    <ol class="urgent">
      <xsl:for-each select="$list[position() &lt;= 5]">
        <li>
          <xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template>
          <xsl:text> </xsl:text><a href="#check-{@no}"><xsl:value-of select="title"/></a>
          <xsl:text> </xsl:text><span class="of"><xsl:call-template name="of"/></span>
          <p><xsl:call-template name="first-sentence"/></p>
        </li>
      </xsl:for-each>
    </ol>
    <xsl:if test="count($list) &gt; 5"><p class="more"><a href="#findings"><xsl:call-template name="tf"><xsl:with-param name="id" select="'summary.more'"/>
      <xsl:with-param name="a" select="count($list) - 5"/></xsl:call-template></a></p></xsl:if>
  </xsl:if>
</xsl:template>

<xsl:template name="first-sentence">
  <xsl:variable name="text" select="string(why/p[1])"/>
  <xsl:choose>
    <xsl:when test="/report/@lang = 'ja' and contains($text, '。')"><xsl:value-of select="substring-before($text, '。')"/>。</xsl:when>
    <xsl:when test="contains($text, '. ')"><xsl:value-of select="substring-before($text, '. ')"/>.</xsl:when>
    <xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="of">
  <xsl:call-template name="tf"><xsl:with-param name="id" select="'finding.of'"/>
    <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@fail"/></xsl:call-template></xsl:with-param>
    <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="@pass + @fail + @waived + @unknown + @error"/></xsl:call-template></xsl:with-param></xsl:call-template>
</xsl:template>

<xsl:template name="themes">
  <h2><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.themes'"/></xsl:call-template></h2>
  <table class="themes">
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'table.theme'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'table.worst'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'table.failed'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'table.unknown'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'table.clear'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'table.checks'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'table.share'"/><xsl:with-param name="class" select="'share'"/></xsl:call-template>
    </tr></thead>
    <tbody>
      <xsl:for-each select="themes/theme"><tr>
        <th scope="row"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('theme.', @name)"/><xsl:with-param name="or" select="@name"/></xsl:call-template></th>
        <td><xsl:if test="@worst"><xsl:call-template name="severity"><xsl:with-param name="of" select="@worst"/></xsl:call-template></xsl:if></td>
        <td class="n"><xsl:value-of select="@failed"/></td>
        <td class="n"><xsl:value-of select="@unknown"/></td>
        <td class="n"><xsl:value-of select="@clear"/></td>
        <td class="n"><xsl:value-of select="@checks"/></td>
        <td class="share"><svg class="mini" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
          <rect class="v-none" width="100" height="10"/>
          <rect class="v-fail" height="10" width="{format-number(@failed * 100 div @checks, '0.##')}"/>
          <rect class="v-pass" height="10" x="{format-number(100 - @clear * 100 div @checks, '0.##')}" width="{format-number(@clear * 100 div @checks, '0.##')}"/>
        </svg></td>
      </tr></xsl:for-each>
    </tbody>
  </table>
</xsl:template>

<xsl:template name="blind">
  <h2><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.blind'"/></xsl:call-template></h2>
  <xsl:choose>
    <xsl:when test="unknowns/reason | errors/reason">
      <ul class="blind">
        <xsl:for-each select="unknowns/reason[position() &lt;= 4]">
          <li><xsl:call-template name="reason-text"/><xsl:text> </xsl:text><span class="of"><xsl:call-template name="tf"><xsl:with-param name="id" select="'unknown.results'"/><xsl:with-param name="a" select="@total"/></xsl:call-template></span></li>
        </xsl:for-each>
      </ul>
      <p class="more"><a href="#unknown"><xsl:call-template name="t"><xsl:with-param name="id" select="'section.unknown'"/></xsl:call-template></a></p>
    </xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.blind.none'"/></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- findings -->
<xsl:template name="findings">
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'findings'"/></xsl:call-template>
    <xsl:choose>
      <xsl:when test="$failed">
        <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.intro'"/></xsl:call-template></p>
        <xsl:apply-templates select="$failed"/>
      </xsl:when>
      <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.none'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
  </section>
</xsl:template>

<xsl:template match="check">
  <article class="finding {@severity}" id="check-{@no}">
    <header>
      <xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template>
      <h3><xsl:value-of select="title"/></h3>
      <p class="meta"><b><xsl:call-template name="of"/></b>
        <span><xsl:call-template name="t"><xsl:with-param name="id" select="concat('theme.', @theme)"/><xsl:with-param name="or" select="@theme"/></xsl:call-template></span>
        <code><xsl:value-of select="@id"/></code></p>
    </header>
    <div class="two">
      <div><h4><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.why'"/></xsl:call-template></h4><xsl:apply-templates select="why/*" mode="rich"/></div>
      <div><h4><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.fix'"/></xsl:call-template></h4><xsl:apply-templates select="fix/*" mode="rich"/></div>
    </div>
    <xsl:call-template name="refs"/>
    <h4><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.subjects'"/></xsl:call-template></h4>
    <xsl:apply-templates select="fail"/>
    <xsl:if test="@unknown &gt; 0 or @waived &gt; 0">
      <p class="note"><xsl:call-template name="tf"><xsl:with-param name="id" select="'finding.also'"/><xsl:with-param name="a" select="@unknown"/><xsl:with-param name="b" select="@waived"/></xsl:call-template></p>
    </xsl:if>
  </article>
</xsl:template>

<xsl:template match="p" mode="rich"><p><xsl:apply-templates mode="rich"/></p></xsl:template>
<xsl:template match="pre" mode="rich"><pre><xsl:value-of select="."/></pre></xsl:template>
<xsl:template match="code" mode="rich"><code><xsl:value-of select="."/></code></xsl:template>
<xsl:template match="text()" mode="rich"><xsl:value-of select="."/></xsl:template>

<xsl:template name="refs">
  <xsl:if test="refs/ref">
    <p class="refs"><b><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.refs'"/></xsl:call-template></b>
      <xsl:for-each select="refs/ref"><xsl:text> </xsl:text>
        <span><xsl:call-template name="t"><xsl:with-param name="id" select="concat('ref.', @name)"/><xsl:with-param name="or" select="@name"/></xsl:call-template>
        <xsl:text> </xsl:text><bdi><xsl:value-of select="."/></bdi></span></xsl:for-each></p>
  </xsl:if>
</xsl:template>

<!-- subjects of a check: up to five columns beside each other, more one below the other -->
<xsl:template match="fail | waived">
  <xsl:variable name="columns" select="../columns/column"/>
  <xsl:variable name="wide" select="count($columns) &gt; 5"/>
  <xsl:variable name="items" select="subject/@item[. != '']"/>
  <xsl:variable name="source" select="subject[1]/@source"/>
  <xsl:variable name="same" select="$source and not(subject[not(@source = $source)])"/>
  <xsl:if test="$same">
    <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.source'"/></xsl:call-template><bdi><xsl:value-of select="$source"/></bdi>
      <xsl:if test="/report/@now">, <xsl:call-template name="tf"><xsl:with-param name="id" select="'finding.time'"/><xsl:with-param name="a" select="/report/@now"/></xsl:call-template></xsl:if></p>
  </xsl:if>
  <div class="scroll" tabindex="0" role="region"><xsl:attribute name="aria-label"><xsl:value-of select="../title"/></xsl:attribute>
  <table class="subjects">
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'table.subject'"/></xsl:call-template>
      <xsl:if test="$items"><xsl:call-template name="th"><xsl:with-param name="id" select="'table.item'"/></xsl:call-template></xsl:if>
      <xsl:choose>
        <xsl:when test="$wide"><xsl:call-template name="th"><xsl:with-param name="id" select="'finding.evidence'"/></xsl:call-template></xsl:when>
        <xsl:otherwise><xsl:for-each select="$columns"><th scope="col"><xsl:value-of select="@label"/></th></xsl:for-each></xsl:otherwise>
      </xsl:choose>
      <xsl:if test="not($same)"><xsl:call-template name="th"><xsl:with-param name="id" select="'table.source'"/></xsl:call-template></xsl:if>
    </tr></thead>
    <tbody><xsl:for-each select="subject"><tr>
      <th scope="row"><bdi><xsl:choose><xsl:when test="@name != ''"><xsl:value-of select="@name"/></xsl:when><xsl:otherwise><xsl:value-of select="@key"/></xsl:otherwise></xsl:choose></bdi>
        <xsl:if test="@name != '' and @name != @key"><span class="key"><bdi><xsl:value-of select="@key"/></bdi></span></xsl:if>
        <xsl:if test="@waiver"><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="'waiver.reason'"/></xsl:call-template>: <bdi><xsl:value-of select="@waiver"/></bdi> (<bdi><xsl:value-of select="@approver"/></bdi>, <xsl:value-of select="@expires"/>)</span></xsl:if></th>
      <xsl:if test="$items"><td><bdi><xsl:value-of select="@item"/></bdi></td></xsl:if>
      <xsl:choose>
        <xsl:when test="$wide"><td><dl class="evidence"><xsl:for-each select="v"><xsl:variable name="at" select="position()"/>
          <div><dt><xsl:value-of select="$columns[$at]/@label"/></dt><dd><bdi><xsl:value-of select="."/></bdi></dd></div></xsl:for-each></dl></td></xsl:when>
        <xsl:otherwise><xsl:for-each select="v"><td><bdi><xsl:value-of select="."/></bdi></td></xsl:for-each></xsl:otherwise>
      </xsl:choose>
      <xsl:if test="not($same)"><td><bdi><xsl:value-of select="@source"/></bdi></td></xsl:if>
    </tr></xsl:for-each></tbody>
  </table></div>
  <xsl:if test="@rest &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'finding.rest'"/>
    <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@rest"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
</xsl:template>

<!-- unknowns -->
<xsl:template name="reason-text">
  <xsl:choose>
    <xsl:when test="@text != ''"><bdi><xsl:value-of select="@text"/></bdi></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'unknown.noreason'"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="reason">
  <article class="reason">
    <h3><xsl:call-template name="reason-text"/><xsl:text> </xsl:text><span class="of"><xsl:call-template name="tf"><xsl:with-param name="id" select="'unknown.results'"/><xsl:with-param name="a" select="@total"/></xsl:call-template></span></h3>
    <div class="scroll"><table>
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.check'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.subjects'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'unknown.example'"/></xsl:call-template>
      </tr></thead>
      <tbody><xsl:for-each select="check"><tr>
        <th scope="row"><xsl:value-of select="@title"/><span class="key"><code><xsl:value-of select="@id"/></code></span></th>
        <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@subjects"/></xsl:call-template></td>
        <td><xsl:for-each select="example"><xsl:if test="position() &gt; 1">, </xsl:if><bdi><xsl:value-of select="."/></bdi></xsl:for-each>
          <xsl:if test="@subjects &gt; count(example)"> …</xsl:if></td>
      </tr></xsl:for-each></tbody>
    </table></div>
  </article>
</xsl:template>

<xsl:template name="unknown">
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'unknown'"/></xsl:call-template>
    <xsl:choose>
      <xsl:when test="unknowns/reason">
        <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'unknown.intro'"/></xsl:call-template></p>
        <xsl:apply-templates select="unknowns/reason"/>
        <xsl:if test="unknowns/@rest &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'unknown.rest'"/><xsl:with-param name="a" select="unknowns/@rest"/></xsl:call-template></p></xsl:if>
      </xsl:when>
      <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'unknown.none'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
    <xsl:if test="errors/reason">
      <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'unknown.errors'"/></xsl:call-template></h3>
      <xsl:apply-templates select="errors/reason"/>
    </xsl:if>
  </section>
</xsl:template>

<xsl:template name="waivers">
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'waivers'"/></xsl:call-template>
    <xsl:choose>
      <xsl:when test="waivers/waiver">
        <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'waiver.intro'"/></xsl:call-template></p>
        <div class="scroll"><table>
          <thead><tr>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'table.check'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'table.subject'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'waiver.reason'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'waiver.approver'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'waiver.expires'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'waiver.state'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'waiver.used'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          </tr></thead>
          <tbody><xsl:for-each select="waivers/waiver"><tr>
            <th scope="row"><code><xsl:value-of select="@check_id"/></code></th>
            <td><xsl:choose><xsl:when test="@subject = '*'"><xsl:call-template name="t"><xsl:with-param name="id" select="'waiver.all'"/></xsl:call-template></xsl:when><xsl:otherwise><bdi><xsl:value-of select="@subject"/></bdi></xsl:otherwise></xsl:choose></td>
            <td><bdi><xsl:value-of select="@reason"/></bdi></td>
            <td><bdi><xsl:value-of select="@approver"/></bdi></td>
            <td class="date"><xsl:value-of select="@expires"/></td>
            <td><xsl:call-template name="t"><xsl:with-param name="id" select="concat('waiver.state.', @state)"/><xsl:with-param name="or" select="@state"/></xsl:call-template></td>
            <td class="n"><xsl:value-of select="@used"/></td>
          </tr></xsl:for-each></tbody>
        </table></div>
        <xsl:if test="checks/check/waived">
          <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'waiver.subjects'"/></xsl:call-template></h3>
          <xsl:for-each select="checks/check[waived]">
            <article class="reason">
              <h4><xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template><xsl:text> </xsl:text><xsl:value-of select="title"/></h4>
              <xsl:apply-templates select="waived"/>
            </article>
          </xsl:for-each>
        </xsl:if>
      </xsl:when>
      <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'waiver.none'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
  </section>
</xsl:template>

<xsl:template name="reset">
  <xsl:if test="reset/class">
    <section class="chapter">
      <xsl:call-template name="h2"><xsl:with-param name="id" select="'reset'"/></xsl:call-template>
      <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.intro'"/></xsl:call-template></p>
      <div class="scroll"><table>
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.phase'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.class'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.objects'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.times'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.wait'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="reset/class"><tr>
          <th scope="row"><xsl:if test="not(preceding-sibling::class[1]/@phase = @phase)"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('reset.phase.', @phase)"/><xsl:with-param name="or" select="@phase"/></xsl:call-template></xsl:if></th>
          <td><xsl:call-template name="t"><xsl:with-param name="id" select="concat('reset.class.', @class)"/><xsl:with-param name="or" select="@class"/></xsl:call-template></td>
          <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@subjects"/></xsl:call-template></td>
          <td class="n"><xsl:value-of select="@times"/></td>
          <td><xsl:value-of select="key('m', concat('reset.wait.', @class))"/></td>
        </tr></xsl:for-each></tbody>
      </table></div>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="passed">
  <xsl:variable name="list" select="checks/check[@status = 'pass']"/>
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'passed'"/></xsl:call-template>
    <xsl:choose>
      <xsl:when test="$list">
        <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'passed.intro'"/></xsl:call-template></p>
        <ul class="passed"><xsl:for-each select="$list">
          <li><xsl:value-of select="title"/><xsl:text> </xsl:text><span class="of"><xsl:call-template name="number"><xsl:with-param name="n" select="@pass"/></xsl:call-template></span></li>
        </xsl:for-each></ul>
      </xsl:when>
      <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'passed.none'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
  </section>
</xsl:template>

<!-- scope -->
<xsl:template name="scope">
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'scope'"/></xsl:call-template>
    <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.audit'"/></xsl:call-template></h3>
    <dl class="info">
      <xsl:for-each select="messages/m[starts-with(@id, 'info.')]">
        <xsl:variable name="value" select="/report/info[concat('info.', @name) = current()/@id]"/>
        <xsl:if test="$value"><dt><xsl:value-of select="."/></dt><dd><bdi><xsl:value-of select="$value"/></bdi></dd></xsl:if>
      </xsl:for-each>
    </dl>
    <p class="note"><xsl:call-template name="tf"><xsl:with-param name="id" select="'scope.times'"/><xsl:with-param name="a" select="@zone"/></xsl:call-template></p>
    <xsl:call-template name="servers"/>
    <xsl:call-template name="coverage"/>
    <xsl:call-template name="malformed"/>
    <xsl:call-template name="workers"/>
  </section>
</xsl:template>

<xsl:template name="rest">
  <xsl:param name="of"/>
  <xsl:if test="$of/@rest &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'scope.rest'"/><xsl:with-param name="a" select="format-number($of/@rest, '#,##0')"/></xsl:call-template></p></xsl:if>
</xsl:template>

<xsl:template name="servers">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.servers'"/></xsl:call-template></h3>
  <xsl:choose>
    <xsl:when test="servers/server">
      <div class="scroll"><table>
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.server'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.domain'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.connection'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.vendor'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.skew'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="servers/server"><tr>
          <th scope="row"><bdi><xsl:value-of select="@host"/></bdi><xsl:if test="@dns_name and @dns_name != @host"><span class="key"><bdi><xsl:value-of select="@dns_name"/></bdi></span></xsl:if></th>
          <td><bdi><xsl:value-of select="@domain_dn"/></bdi></td>
          <td><bdi><xsl:value-of select="@transport"/></bdi><xsl:text> </xsl:text><bdi><xsl:value-of select="@tls_version"/></bdi><xsl:text> </xsl:text><bdi><xsl:value-of select="@authentication"/></bdi></td>
          <td><bdi><xsl:value-of select="@vendor"/></bdi></td>
          <td class="n"><xsl:value-of select="@clock_skew_seconds"/></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:call-template name="rest"><xsl:with-param name="of" select="servers"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.none'"/></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="coverage">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.coverage'"/></xsl:call-template></h3>
  <xsl:choose>
    <xsl:when test="coverage/source">
      <div class="scroll"><table>
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.source'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.target'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.state'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.objects'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.detail'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="coverage/source"><tr>
          <th scope="row"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('source.', @source)"/><xsl:with-param name="or" select="@source"/></xsl:call-template><span class="key"><code><xsl:value-of select="@source"/></code></span></th>
          <td><bdi><xsl:value-of select="@target"/></bdi></td>
          <td><span class="cover {@state}"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('state.source.', @state)"/><xsl:with-param name="or" select="@state"/></xsl:call-template></span></td>
          <td class="n"><xsl:if test="@objects"><xsl:call-template name="number"><xsl:with-param name="n" select="@objects"/></xsl:call-template></xsl:if></td>
          <td><bdi><xsl:value-of select="@detail"/></bdi></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:call-template name="rest"><xsl:with-param name="of" select="coverage"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.coverage.none'"/></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="malformed">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.malformed'"/></xsl:call-template></h3>
  <xsl:choose>
    <xsl:when test="malformed/value">
      <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.malformed.intro'"/></xsl:call-template></p>
      <div class="scroll"><table>
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.object'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.attribute'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.problem'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.source'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="malformed/value"><tr>
          <th scope="row"><bdi><xsl:value-of select="@object"/></bdi></th>
          <td><code><xsl:value-of select="@attribute"/></code></td>
          <td><bdi><xsl:value-of select="@reason"/></bdi></td>
          <td><xsl:value-of select="@source"/><xsl:text> </xsl:text><bdi><xsl:value-of select="@target"/></bdi></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:call-template name="rest"><xsl:with-param name="of" select="malformed"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.malformed.none'"/></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="workers">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.workers'"/></xsl:call-template></h3>
  <xsl:choose>
    <xsl:when test="workers/worker">
      <div class="scroll"><table>
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.role'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.target'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.sandbox'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.outcome'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.rows'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="workers/worker"><tr>
          <th scope="row"><xsl:value-of select="@role"/><xsl:if test="@version"><span class="key"><bdi><xsl:value-of select="@version"/></bdi></span></xsl:if></th>
          <td><bdi><xsl:value-of select="@target"/></bdi></td>
          <td><bdi><xsl:value-of select="@sandbox"/></bdi></td>
          <td><xsl:call-template name="t"><xsl:with-param name="id" select="concat('outcome.', @outcome)"/><xsl:with-param name="or" select="@outcome"/></xsl:call-template>
            <xsl:if test="@detail"><span class="key"><bdi><xsl:value-of select="@detail"/></bdi></span></xsl:if></td>
          <td class="n"><xsl:if test="@rows"><xsl:call-template name="number"><xsl:with-param name="n" select="@rows"/></xsl:call-template></xsl:if></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:call-template name="rest"><xsl:with-param name="of" select="workers"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.workers.none'"/></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- how to read -->
<xsl:template name="reading">
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'reading'"/></xsl:call-template>
    <table class="reading">
      <thead><tr><xsl:call-template name="th"><xsl:with-param name="id" select="'table.result'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.meaning'"/></xsl:call-template></tr></thead>
      <tbody><xsl:for-each select="messages/m[starts-with(@id, 'verdict.')]"><tr>
        <th scope="row"><xsl:value-of select="."/></th>
        <td><xsl:value-of select="key('m', concat('read.', substring-after(@id, 'verdict.')))"/></td></tr></xsl:for-each></tbody>
    </table>
    <table class="reading">
      <thead><tr><xsl:call-template name="th"><xsl:with-param name="id" select="'table.severity'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.meaning'"/></xsl:call-template></tr></thead>
      <tbody><xsl:for-each select="messages/m[starts-with(@id, 'severity.')]"><tr>
        <th scope="row"><xsl:call-template name="severity"><xsl:with-param name="of" select="substring-after(@id, 'severity.')"/></xsl:call-template></th>
        <td><xsl:value-of select="key('m', concat('read.', @id))"/></td></tr></xsl:for-each></tbody>
    </table>
    <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'read.foreign'"/></xsl:call-template></p>
  </section>
</xsl:template>

<xsl:template name="all">
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'all'"/></xsl:call-template>
    <div class="scroll"><table class="all">
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.check'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.severity'"/></xsl:call-template>
        <xsl:for-each select="messages/m[starts-with(@id, 'verdict.')]"><th scope="col" class="n"><xsl:value-of select="."/></th></xsl:for-each>
      </tr></thead>
      <tbody><xsl:for-each select="checks/check"><tr>
        <th scope="row"><xsl:value-of select="title"/><span class="key"><code><xsl:value-of select="@id"/></code></span></th>
        <td><xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template></td>
        <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@pass"/></xsl:call-template></td>
        <td class="n fail"><xsl:call-template name="number"><xsl:with-param name="n" select="@fail"/></xsl:call-template></td>
        <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@unknown"/></xsl:call-template></td>
        <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@not_applicable"/></xsl:call-template></td>
        <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@waived"/></xsl:call-template></td>
        <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@error"/></xsl:call-template></td>
      </tr></xsl:for-each></tbody>
    </table></div>
  </section>
</xsl:template>
</xsl:stylesheet>
