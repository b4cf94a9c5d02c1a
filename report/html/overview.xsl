<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Behind page 1, for the technical reader: how it stands by severity, verdict and theme, what the logs show, where to begin. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template name="overview">
  <section class="chapter overview">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'overview'"/></xsl:call-template>
    <xsl:if test="grade"><xsl:call-template name="stands"/></xsl:if>
    <xsl:call-template name="looked"/>
    <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.counts'"/></xsl:call-template></h3>
    <ul class="tiles">
      <xsl:call-template name="tile"><xsl:with-param name="of" select="'critical'"/></xsl:call-template>
      <xsl:call-template name="tile"><xsl:with-param name="of" select="'high'"/></xsl:call-template>
      <xsl:call-template name="tile"><xsl:with-param name="of" select="'medium'"/></xsl:call-template>
      <xsl:call-template name="tile"><xsl:with-param name="of" select="'low'"/></xsl:call-template>
      <xsl:call-template name="tile"><xsl:with-param name="of" select="'info'"/></xsl:call-template>
    </ul>
    <xsl:call-template name="verdicts"/>
    <xsl:call-template name="chart-overview"/>
    <xsl:call-template name="people"/>
    <xsl:call-template name="signals"/>
    <xsl:if test="not($graded)"><!-- else page 1, the measures and the chart of the themes say it -->
      <xsl:call-template name="blind"/>
      <xsl:call-template name="themes"/>
    </xsl:if>
  </section>
</xsl:template>

<!-- the worst severity that is open, in a sentence, and how much could not be answered -->
<xsl:template name="stands">
  <xsl:variable name="state"><xsl:call-template name="state"/></xsl:variable>
  <div class="state {$state}">
    <p class="lead"><xsl:call-template name="tf"><xsl:with-param name="id" select="concat('state.', $state)"/>
      <xsl:with-param name="a" select="count($failed[@severity = $state or $state = 'some'])"/></xsl:call-template></p>
    <p><xsl:call-template name="t"><xsl:with-param name="id" select="concat('state.', $state, '.text')"/></xsl:call-template>
    <xsl:if test="$open[not(@question)]"><xsl:text> </xsl:text><xsl:call-template name="tf"><xsl:with-param name="id" select="'state.unknown'"/>
      <xsl:with-param name="a" select="count($open[not(@question)])"/><xsl:with-param name="b" select="@checks - count(checks/check[@question])"/></xsl:call-template></xsl:if></p>
  </div>
</xsl:template>

<xsl:template name="looked">
  <dl class="looked">
    <dt><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.looked'"/></xsl:call-template></dt>
    <dd>
      <xsl:for-each select="objects/object">
        <span class="count"><xsl:call-template name="tf"><xsl:with-param name="id" select="concat('object.', @name)"/>
          <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@number"/></xsl:call-template></xsl:with-param>
          <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@answered)"/></xsl:call-template></xsl:with-param></xsl:call-template></span><xsl:text> </xsl:text>
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
    <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.verdicts'"/></xsl:call-template></h3>
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
  <xsl:param name="shown" select="5"/>
  <xsl:variable name="list" select="$failed[@severity != 'info']"/>
  <xsl:if test="$list">
    <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.urgent'"/></xsl:call-template></h3>
    <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.urgent.note'"/></xsl:call-template></p>
    <ol class="urgent">
      <xsl:for-each select="$list[position() &lt;= $shown]">
        <li>
          <xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template>
          <xsl:text> </xsl:text><a href="#check-{@no}"><xsl:value-of select="title"/></a>
          <xsl:text> </xsl:text><span class="of"><xsl:call-template name="of"/></span>
          <p><xsl:call-template name="first-sentence"/></p>
        </li>
      </xsl:for-each>
    </ol>
    <xsl:if test="count($list) &gt; $shown"><p class="more"><a href="#findings"><xsl:call-template name="tf"><xsl:with-param name="id" select="'summary.more'"/>
      <xsl:with-param name="a" select="count($list) - $shown"/></xsl:call-template></a></p></xsl:if>
  </xsl:if>
</xsl:template>

<!-- The first sentence says why; a short one takes the second along. -->
<xsl:template name="first-sentence">
  <xsl:variable name="text" select="concat(why/p[1], ' ')"/>
  <xsl:variable name="stop"><xsl:choose><xsl:when test="/report/@lang = 'ja'">。</xsl:when><xsl:otherwise>. </xsl:otherwise></xsl:choose></xsl:variable>
  <xsl:variable name="first" select="substring-before($text, $stop)"/>
  <xsl:variable name="second" select="substring-before(substring-after($text, $stop), $stop)"/>
  <xsl:variable name="short" select="70 - 40 * (/report/@lang = 'ja')"/>
  <xsl:choose>
    <xsl:when test="$first = ''"><xsl:value-of select="$text"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="concat($first, $stop)"/>
      <xsl:if test="$second != '' and string-length($first) &lt; $short"><xsl:value-of select="concat($second, $stop)"/></xsl:if></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="of">
  <xsl:call-template name="tf"><xsl:with-param name="id" select="'finding.of'"/>
    <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@fail"/></xsl:call-template></xsl:with-param>
    <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="@pass + @fail + @waived + @unknown + @error"/></xsl:call-template></xsl:with-param></xsl:call-template>
</xsl:template>

<xsl:template name="themes">
  <section class="by-theme">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.themes'"/></xsl:call-template></h3>
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
  </section>
</xsl:template>

<!-- hosts that kept something back, the worst kinds, then other reasons: seven lines at most -->
<xsl:template name="blind">
  <xsl:variable name="kinds" select="unknowns/hosts"/>
  <xsl:variable name="many" select="count($kinds) &gt; 5"/>
  <xsl:variable name="shown" select="$kinds[not($many) or position() &lt;= 4]"/>
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.blind'"/></xsl:call-template></h3>
  <xsl:choose>
    <xsl:when test="unknowns/hosts | unknowns/reason | errors/reason">
      <ul class="blind">
        <xsl:apply-templates select="$shown" mode="blind"/>
        <xsl:if test="$many">
          <li><xsl:call-template name="tf"><xsl:with-param name="id" select="'blind.hosts.rest'"/>
            <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="sum($kinds/@hosts) - sum($shown/@hosts)"/></xsl:call-template></xsl:with-param></xsl:call-template></li>
        </xsl:if>
        <xsl:for-each select="unknowns/reason[position() &lt;= 4 - 2 * (count($kinds) &gt; 2)]">
          <xsl:variable name="most" select="160 - 70 * (/report/@lang = 'ja')"/>
          <li><xsl:choose>
            <xsl:when test="string-length(@text) &gt; $most"><bdi><xsl:value-of select="substring(@text, 1, $most - 1)"/>…</bdi></xsl:when>
            <xsl:otherwise><xsl:call-template name="reason-text"/></xsl:otherwise>
          </xsl:choose><xsl:text> </xsl:text><span class="of"><xsl:call-template name="results"/></span></li>
        </xsl:for-each>
      </ul>
      <p class="more"><a href="#unknown"><xsl:call-template name="t"><xsl:with-param name="id" select="'section.unknown'"/></xsl:call-template></a></p>
    </xsl:when>
    <xsl:when test="unknowns/@questions &gt; 0"><p><a href="#questions"><xsl:call-template name="tf"><xsl:with-param name="id" select="'unknown.questions'"/><xsl:with-param name="a" select="unknowns/@questions"/></xsl:call-template></a></p></xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.blind.none'"/></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

</xsl:stylesheet>
