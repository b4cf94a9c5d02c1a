<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- The plan's model (report/reset/README.md) as a list to print and work from. Every value is escaped by construction. Page one is here, the
     actions are in reset_plan_action.xsl. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>
<xsl:include href="words.xsl"/>
<xsl:include href="reset_plan_action.xsl"/>
<xsl:strip-space elements="*"/>
<xsl:preserve-space elements="line w pre p code style"/>
<xsl:variable name="lang" select="/report/@lang"/>
<xsl:variable name="actions" select="/report/phase/action"/>
<xsl:variable name="ready" select="$actions[@now &gt; 0]"/>

<xsl:template name="w">
  <xsl:param name="id"/>
  <xsl:value-of select="key('m', concat('plan.', $id))"/>
</xsl:template>

<xsl:template name="wf">
  <xsl:param name="id"/>
  <xsl:param name="a"/>
  <xsl:param name="b"/>
  <xsl:call-template name="tf"><xsl:with-param name="id" select="concat('plan.', $id)"/>
    <xsl:with-param name="a" select="$a"/><xsl:with-param name="b" select="$b"/></xsl:call-template>
</xsl:template>

<xsl:template name="state-word">
  <xsl:param name="of"/>
  <xsl:call-template name="t"><xsl:with-param name="id" select="concat('reset.state.', $of)"/><xsl:with-param name="or" select="$of"/></xsl:call-template>
</xsl:template>

<xsl:template name="pth">
  <xsl:param name="id"/>
  <xsl:param name="class"/>
  <th scope="col"><xsl:if test="$class"><xsl:attribute name="class"><xsl:value-of select="$class"/></xsl:attribute></xsl:if>
    <xsl:call-template name="w"><xsl:with-param name="id" select="$id"/></xsl:call-template></th>
</xsl:template>

<!-- a title in the report's language -->
<xsl:template name="title">
  <xsl:choose>
    <xsl:when test="$lang = 'ja'"><xsl:value-of select="@title_ja"/></xsl:when>
    <xsl:otherwise><xsl:value-of select="@title_en"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="link">
  <xsl:param name="no"/>
  <a href="#action-{$no}"><xsl:call-template name="wf"><xsl:with-param name="id" select="'no'"/><xsl:with-param name="a" select="$no"/></xsl:call-template></a>
</xsl:template>

<!-- box: empty, proven, attested, suspect -->
<xsl:template name="box">
  <xsl:param name="state"/>
  <xsl:param name="regression"/>
  <xsl:variable name="mark"><xsl:choose>
    <xsl:when test="$regression or $state = 'suspect'">suspect</xsl:when>
    <xsl:when test="$state = 'done' or $state = 'attested'"><xsl:value-of select="$state"/></xsl:when>
    <xsl:otherwise>open</xsl:otherwise>
  </xsl:choose></xsl:variable>
  <span class="box {$mark}" role="img">
    <xsl:attribute name="aria-label"><xsl:call-template name="w"><xsl:with-param name="id" select="concat('mark.', $mark)"/></xsl:call-template></xsl:attribute>
    <xsl:choose>
      <xsl:when test="$mark = 'suspect'">!</xsl:when>
      <xsl:when test="$mark = 'done'">✓</xsl:when>
      <xsl:when test="$mark = 'attested'">A</xsl:when>
    </xsl:choose>
  </span>
</xsl:template>

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
  <title><xsl:call-template name="w"><xsl:with-param name="id" select="'title'"/></xsl:call-template> — <xsl:value-of select="@organisation"/></title>
  <style><xsl:value-of select="style"/></style>
</head>
<body>
  <header>
    <xsl:call-template name="head"/>
    <xsl:call-template name="alarms"/>
    <xsl:call-template name="next"/>
    <xsl:call-template name="blockers"/>
    <xsl:call-template name="phases"/>
    <xsl:call-template name="signatures"/>
  </header>
  <main>
    <xsl:call-template name="how"/>
    <xsl:call-template name="decisions"/>
    <xsl:call-template name="points"/>
    <xsl:apply-templates select="phase[action/@items &gt; 0]"/>
  </main>
</body>
</html>
</xsl:template>

<xsl:template name="fact">
  <xsl:param name="id"/>
  <xsl:param name="value"/>
  <xsl:if test="string($value) != ''">
    <div><dt><xsl:call-template name="w"><xsl:with-param name="id" select="$id"/></xsl:call-template></dt><dd><bdi><xsl:value-of select="$value"/></bdi></dd></div>
  </xsl:if>
</xsl:template>

<xsl:template name="head">
  <p class="organisation"><bdi><xsl:value-of select="@organisation"/></bdi><span class="mark">Kagimori 鍵守</span></p>
  <h1><xsl:call-template name="w"><xsl:with-param name="id" select="'title'"/></xsl:call-template></h1>
  <p class="confidential"><xsl:call-template name="w"><xsl:with-param name="id" select="'confidential'"/></xsl:call-template></p>
  <dl class="facts">
    <xsl:choose>
      <xsl:when test="@incident"><xsl:call-template name="fact"><xsl:with-param name="id" select="'incident'"/><xsl:with-param name="value" select="concat(@incident, ' (', @zone, ')')"/></xsl:call-template></xsl:when>
      <xsl:otherwise><xsl:call-template name="fact"><xsl:with-param name="id" select="'incident'"/><xsl:with-param name="value" select="key('m', 'plan.incident.none')"/></xsl:call-template></xsl:otherwise>
    </xsl:choose>
    <xsl:choose>
      <xsl:when test="@scope = 'forest'"><xsl:call-template name="fact"><xsl:with-param name="id" select="'scope'"/><xsl:with-param name="value" select="key('m', 'reset.scope.forest')"/></xsl:call-template></xsl:when>
      <xsl:otherwise><xsl:call-template name="fact"><xsl:with-param name="id" select="'scope'"/><xsl:with-param name="value" select="@scope"/></xsl:call-template></xsl:otherwise>
    </xsl:choose>
    <xsl:call-template name="fact"><xsl:with-param name="id" select="'asof'"/><xsl:with-param name="value" select="@now"/></xsl:call-template>
    <xsl:call-template name="fact"><xsl:with-param name="id" select="'start'"/><xsl:with-param name="value" select="@start"/></xsl:call-template>
    <xsl:choose>
      <xsl:when test="@finish"><xsl:call-template name="fact"><xsl:with-param name="id" select="'finish'"/><xsl:with-param name="value" select="@finish"/></xsl:call-template></xsl:when>
      <xsl:otherwise><xsl:call-template name="fact"><xsl:with-param name="id" select="'finish'"/><xsl:with-param name="value" select="key('m', 'plan.finish.over')"/></xsl:call-template></xsl:otherwise>
    </xsl:choose>
    <xsl:call-template name="fact"><xsl:with-param name="id" select="'people'"/><xsl:with-param name="value" select="@people"/></xsl:call-template>
    <xsl:call-template name="fact"><xsl:with-param name="id" select="'batches'"/><xsl:with-param name="value" select="@batches"/></xsl:call-template>
    <xsl:call-template name="fact"><xsl:with-param name="id" select="'evidence'"/><xsl:with-param name="value" select="@evidence"/></xsl:call-template>
  </dl>
  <p class="lead"><xsl:call-template name="wf"><xsl:with-param name="id" select="'lead'"/>
      <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="totals/@done + totals/@attested"/></xsl:call-template></xsl:with-param>
      <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="totals/@items"/></xsl:call-template></xsl:with-param></xsl:call-template>
    <xsl:if test="totals/@attested &gt; 0"><span class="aside"><xsl:call-template name="wf"><xsl:with-param name="id" select="'lead.attested'"/>
      <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="totals/@attested"/></xsl:call-template></xsl:with-param></xsl:call-template></span></xsl:if>
    <xsl:if test="totals/@unseen &gt; 0"><span class="aside"><xsl:call-template name="wf"><xsl:with-param name="id" select="'lead.unseen'"/>
      <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="totals/@unseen"/></xsl:call-template></xsl:with-param></xsl:call-template></span></xsl:if></p>
</xsl:template>

<!-- what was lost and what is suspect -->
<xsl:template name="alarms">
  <xsl:if test="alarms/alarm">
    <section class="alarms">
      <h2><xsl:call-template name="w"><xsl:with-param name="id" select="'alarms'"/></xsl:call-template></h2>
      <ul>
        <xsl:for-each select="alarms/alarm"><li>
          <xsl:call-template name="box"><xsl:with-param name="state" select="'suspect'"/></xsl:call-template>
          <xsl:call-template name="link"><xsl:with-param name="no" select="@no"/></xsl:call-template><xsl:text> </xsl:text>
          <b><bdi><xsl:value-of select="@name"/><xsl:if test="not(@name)"><xsl:value-of select="@subject"/></xsl:if></bdi></b><xsl:text> — </xsl:text>
          <b><xsl:choose>
            <xsl:when test="@regression = 1"><xsl:call-template name="w"><xsl:with-param name="id" select="'regression'"/></xsl:call-template></xsl:when>
            <xsl:otherwise><xsl:call-template name="state-word"><xsl:with-param name="of" select="@state"/></xsl:call-template></xsl:otherwise>
          </xsl:choose></b><xsl:value-of select="key('m', 'blind.colon')"/>
          <xsl:choose><xsl:when test="$lang = 'ja'"><xsl:value-of select="@reason_ja"/></xsl:when><xsl:otherwise><xsl:value-of select="@reason_en"/></xsl:otherwise></xsl:choose>
        </li></xsl:for-each>
      </ul>
      <xsl:if test="alarms/@rest &gt; 0"><p class="more"><xsl:call-template name="wf"><xsl:with-param name="id" select="'alarms.rest'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="alarms/@rest"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="next">
  <section class="next">
    <h2><xsl:call-template name="w"><xsl:with-param name="id" select="'next'"/></xsl:call-template></h2>
    <xsl:choose>
      <xsl:when test="$ready">
        <ul class="plain">
          <xsl:for-each select="$ready[position() &lt;= 5]"><li>
            <xsl:call-template name="box"><xsl:with-param name="state" select="'ready'"/></xsl:call-template>
            <b><xsl:call-template name="link"><xsl:with-param name="no" select="@no"/></xsl:call-template><xsl:text> </xsl:text><xsl:value-of select="title"/></b>
            <span class="aside"><xsl:value-of select="@who"/><xsl:text> · </xsl:text><xsl:value-of select="@place"/><xsl:text> · </xsl:text>
              <xsl:call-template name="wf"><xsl:with-param name="id" select="'next.open'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@items - @finished"/></xsl:call-template></xsl:with-param></xsl:call-template></span>
          </li></xsl:for-each>
        </ul>
        <xsl:if test="count($ready) &gt; 5"><p class="more"><xsl:call-template name="wf"><xsl:with-param name="id" select="'next.rest'"/><xsl:with-param name="a" select="count($ready) - 5"/></xsl:call-template></p></xsl:if>
      </xsl:when>
      <xsl:when test="totals/@items = totals/@done + totals/@attested"><p><xsl:call-template name="w"><xsl:with-param name="id" select="'next.over'"/></xsl:call-template></p></xsl:when>
      <xsl:otherwise><p><xsl:call-template name="w"><xsl:with-param name="id" select="'next.none'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
  </section>
</xsl:template>

<xsl:template name="blockers">
  <xsl:if test="blockers/blocker | waits/wait | silents/silent">
    <section class="blockers">
      <h2><xsl:call-template name="w"><xsl:with-param name="id" select="'blockers'"/></xsl:call-template></h2>
      <ul class="plain">
        <xsl:for-each select="blockers/blocker"><li>
          <xsl:call-template name="link"><xsl:with-param name="no" select="@no"/></xsl:call-template><xsl:text> </xsl:text><xsl:call-template name="title"/>
          <span class="aside"><xsl:call-template name="wf"><xsl:with-param name="id" select="'blockers.holds'"/><xsl:with-param name="a" select="@actions"/>
            <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="@subjects"/></xsl:call-template></xsl:with-param></xsl:call-template></span>
        </li></xsl:for-each>
        <xsl:if test="blockers/@rest &gt; 0"><li><xsl:call-template name="wf"><xsl:with-param name="id" select="'rest'"/><xsl:with-param name="a" select="blockers/@rest"/></xsl:call-template></li></xsl:if>
        <xsl:for-each select="waits/wait"><li>
          <xsl:call-template name="link"><xsl:with-param name="no" select="@no"/></xsl:call-template><xsl:text> </xsl:text><xsl:call-template name="title"/>
          <xsl:if test="@until"><span class="aside"><b><xsl:call-template name="wf"><xsl:with-param name="id" select="'waits.until'"/><xsl:with-param name="a" select="@until"/></xsl:call-template></b></span></xsl:if>
        </li></xsl:for-each>
        <xsl:if test="silents/silent"><li><xsl:call-template name="w"><xsl:with-param name="id" select="'silent'"/></xsl:call-template><xsl:text> </xsl:text>
          <xsl:for-each select="silents/silent"><xsl:if test="position() &gt; 1">, </xsl:if><bdi><xsl:value-of select="@name"/></bdi></xsl:for-each>
          <xsl:if test="silents/@rest &gt; 0"><xsl:text> </xsl:text><xsl:call-template name="wf"><xsl:with-param name="id" select="'rest'"/><xsl:with-param name="a" select="silents/@rest"/></xsl:call-template></xsl:if></li></xsl:if>
      </ul>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="cell">
  <xsl:param name="n"/>
  <td class="n"><xsl:if test="$n &gt; 0"><xsl:call-template name="number"><xsl:with-param name="n" select="$n"/></xsl:call-template></xsl:if><xsl:if test="not($n &gt; 0)">·</xsl:if></td>
</xsl:template>

<xsl:template name="phases">
  <section class="phases">
    <h2><xsl:call-template name="w"><xsl:with-param name="id" select="'phases'"/></xsl:call-template></h2>
    <table>
      <thead><tr>
        <xsl:call-template name="pth"><xsl:with-param name="id" select="'phase'"/></xsl:call-template>
        <xsl:call-template name="pth"><xsl:with-param name="id" select="'finished'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:call-template name="pth"><xsl:with-param name="id" select="'can'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:call-template name="pth"><xsl:with-param name="id" select="'held'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:call-template name="pth"><xsl:with-param name="id" select="'odd'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:call-template name="pth"><xsl:with-param name="id" select="'unseen'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:call-template name="pth"><xsl:with-param name="id" select="'end'"/></xsl:call-template>
      </tr></thead>
      <tbody>
        <xsl:for-each select="phase"><tr>
          <th scope="row"><xsl:value-of select="@no"/><xsl:text> </xsl:text>
            <xsl:choose><xsl:when test="@items &gt; 0"><a href="#phase-{@no}"><xsl:value-of select="title"/></a></xsl:when><xsl:otherwise><xsl:value-of select="title"/></xsl:otherwise></xsl:choose></th>
          <xsl:choose>
            <xsl:when test="@items &gt; 0">
              <td class="n"><b><xsl:call-template name="wf"><xsl:with-param name="id" select="'of'"/>
                <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@done + @attested"/></xsl:call-template></xsl:with-param>
                <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="@items"/></xsl:call-template></xsl:with-param></xsl:call-template></b></td>
              <xsl:call-template name="cell"><xsl:with-param name="n" select="@ready"/></xsl:call-template>
              <xsl:call-template name="cell"><xsl:with-param name="n" select="@waiting + @blocked"/></xsl:call-template>
              <td class="n"><xsl:choose>
                <xsl:when test="@partly + @suspect &gt; 0"><xsl:value-of select="@partly"/> / <b><xsl:value-of select="@suspect"/></b></xsl:when>
                <xsl:otherwise>·</xsl:otherwise></xsl:choose></td>
              <xsl:call-template name="cell"><xsl:with-param name="n" select="@unseen"/></xsl:call-template>
              <td class="when"><xsl:value-of select="@finish"/></td>
            </xsl:when>
            <xsl:otherwise><td colspan="6" class="needless"><xsl:call-template name="w"><xsl:with-param name="id" select="'needless'"/></xsl:call-template></td></xsl:otherwise>
          </xsl:choose>
        </tr></xsl:for-each>
      </tbody>
    </table>
  </section>
</xsl:template>

<xsl:template name="signatures">
  <table class="signatures">
    <thead><tr><td/>
      <xsl:call-template name="pth"><xsl:with-param name="id" select="'signature.name'"/></xsl:call-template>
      <xsl:call-template name="pth"><xsl:with-param name="id" select="'signature.phone'"/></xsl:call-template>
      <xsl:call-template name="pth"><xsl:with-param name="id" select="'signature.approved'"/></xsl:call-template>
    </tr></thead>
    <tbody>
      <tr><th scope="row"><xsl:call-template name="w"><xsl:with-param name="id" select="'decides'"/></xsl:call-template></th><td/><td/><td/></tr>
      <tr><th scope="row"><xsl:call-template name="w"><xsl:with-param name="id" select="'leads'"/></xsl:call-template></th><td/><td/><td/></tr>
    </tbody>
  </table>
</xsl:template>

<xsl:template name="how">
  <section class="how">
    <h2><xsl:call-template name="w"><xsl:with-param name="id" select="'how'"/></xsl:call-template></h2>
    <ul>
      <xsl:for-each select="/report/messages/m[starts-with(@id, 'plan.how.')]"><li><xsl:value-of select="."/></li></xsl:for-each>
    </ul>
    <p class="legend">
      <span><xsl:call-template name="box"><xsl:with-param name="state" select="'ready'"/></xsl:call-template><xsl:call-template name="w"><xsl:with-param name="id" select="'mark.open'"/></xsl:call-template></span><xsl:text> </xsl:text>
      <span><xsl:call-template name="box"><xsl:with-param name="state" select="'done'"/></xsl:call-template><xsl:call-template name="w"><xsl:with-param name="id" select="'mark.done'"/></xsl:call-template></span><xsl:text> </xsl:text>
      <span><xsl:call-template name="box"><xsl:with-param name="state" select="'attested'"/></xsl:call-template><xsl:call-template name="w"><xsl:with-param name="id" select="'mark.attested'"/></xsl:call-template></span><xsl:text> </xsl:text>
      <span><xsl:call-template name="box"><xsl:with-param name="state" select="'suspect'"/></xsl:call-template><xsl:call-template name="w"><xsl:with-param name="id" select="'mark.suspect'"/></xsl:call-template></span>
    </p>
  </section>
</xsl:template>

<xsl:template name="decisions">
  <xsl:if test="decisions/decision">
    <section class="decisions">
      <h2><xsl:call-template name="w"><xsl:with-param name="id" select="'decisions'"/></xsl:call-template></h2>
      <table>
        <thead><tr>
          <xsl:call-template name="pth"><xsl:with-param name="id" select="'decision.what'"/></xsl:call-template>
          <xsl:call-template name="pth"><xsl:with-param name="id" select="'decision.of'"/></xsl:call-template>
          <xsl:call-template name="pth"><xsl:with-param name="id" select="'decision.who'"/></xsl:call-template>
          <xsl:call-template name="pth"><xsl:with-param name="id" select="'decision.at'"/></xsl:call-template>
          <xsl:call-template name="pth"><xsl:with-param name="id" select="'decision.note'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="decisions/decision"><tr>
          <th scope="row"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('plan.decision.', @kind)"/><xsl:with-param name="or" select="@kind"/></xsl:call-template></th>
          <td><xsl:choose>
              <xsl:when test="$actions[@items &gt; 0 and @no = current()/@no]"><xsl:call-template name="link"><xsl:with-param name="no" select="@no"/></xsl:call-template><xsl:text> </xsl:text></xsl:when>
              <xsl:when test="@no"><xsl:call-template name="wf"><xsl:with-param name="id" select="'no'"/><xsl:with-param name="a" select="@no"/></xsl:call-template><xsl:text> </xsl:text></xsl:when>
            </xsl:choose>
            <bdi><xsl:choose><xsl:when test="@subject = '*'"><xsl:call-template name="w"><xsl:with-param name="id" select="'decision.all'"/></xsl:call-template></xsl:when><xsl:otherwise><xsl:value-of select="@subject"/></xsl:otherwise></xsl:choose></bdi></td>
          <td><bdi><xsl:value-of select="@who"/></bdi></td><td class="when"><xsl:value-of select="@at"/></td><td><bdi><xsl:value-of select="@note"/></bdi></td>
        </tr></xsl:for-each></tbody>
      </table>
      <xsl:if test="decisions/@rest &gt; 0"><p class="more"><xsl:call-template name="wf"><xsl:with-param name="id" select="'rest'"/><xsl:with-param name="a" select="decisions/@rest"/></xsl:call-template></p></xsl:if>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="points">
  <xsl:if test="count(points/point) &gt; 1">
    <section class="points">
      <h2><xsl:call-template name="w"><xsl:with-param name="id" select="'points'"/></xsl:call-template></h2>
      <table>
        <thead><tr>
          <xsl:call-template name="pth"><xsl:with-param name="id" select="'asof'"/></xsl:call-template>
          <xsl:call-template name="pth"><xsl:with-param name="id" select="'point.kind'"/></xsl:call-template>
          <xsl:call-template name="pth"><xsl:with-param name="id" select="'finished'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <th scope="col" class="n"><xsl:call-template name="state-word"><xsl:with-param name="of" select="'suspect'"/></xsl:call-template></th>
        </tr></thead>
        <tbody><xsl:for-each select="points/point"><tr>
          <th scope="row" class="when"><xsl:value-of select="@at"/></th>
          <td><xsl:if test="@kind"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('reset.kind.', @kind)"/><xsl:with-param name="or" select="@kind"/></xsl:call-template></xsl:if></td>
          <td class="n"><xsl:call-template name="wf"><xsl:with-param name="id" select="'of'"/>
            <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@finished"/></xsl:call-template></xsl:with-param>
            <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@items)"/></xsl:call-template></xsl:with-param></xsl:call-template></td>
          <td class="n"><xsl:value-of select="@suspect"/></td>
        </tr></xsl:for-each></tbody>
      </table>
    </section>
  </xsl:if>
</xsl:template>

</xsl:stylesheet>
