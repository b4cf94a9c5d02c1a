<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Part of report.xsl: findings with their subjects, and what is unknown. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:key name="failed" match="checks/check[@fail &gt; 0]" use="@theme"/>

<!-- Findings by theme, the worst theme first (themes), within it the worst check first. What lists results is one block, so that the search stays in sight over all of it. -->
<xsl:template name="findings">
  <section class="chapter findings" data-group="">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'findings'"/></xsl:call-template>
    <xsl:choose>
      <xsl:when test="$failed">
        <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.intro'"/></xsl:call-template></p>
        <p class="note on-paper"><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.intro.paper'"/></xsl:call-template></p>
        <p class="themes-of"><xsl:for-each select="themes/theme[@failed &gt; 0]"><a href="#theme-{@name}"><xsl:call-template name="theme-name"><xsl:with-param name="of" select="@name"/></xsl:call-template></a>
          <xsl:text> </xsl:text><span class="of"><xsl:value-of select="@failed"/></span><xsl:text> </xsl:text></xsl:for-each></p>
        <xsl:for-each select="themes/theme[@failed &gt; 0]">
          <section class="theme" data-group="" aria-labelledby="theme-{@name}">
            <h3 id="theme-{@name}"><xsl:call-template name="theme-name"><xsl:with-param name="of" select="@name"/></xsl:call-template></h3>
            <xsl:apply-templates select="key('failed', @name)"/>
          </section>
        </xsl:for-each>
      </xsl:when>
      <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.none'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
  </section>
</xsl:template>

<xsl:template name="theme-name">
  <xsl:param name="of"/>
  <xsl:call-template name="t"><xsl:with-param name="id" select="concat('theme.', $of)"/><xsl:with-param name="or" select="$of"/></xsl:call-template>
</xsl:template>

<xsl:template match="check">
  <article class="finding {@severity}" id="check-{@no}" data-verdict="fail" data-severity="{@severity}" data-theme="{@theme}" data-check="{@id}">
    <details open="open">
    <summary>
      <xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template>
      <h4 class="head"><xsl:value-of select="title"/></h4>
      <span class="meta"><b><xsl:call-template name="of"/></b><xsl:text> </xsl:text><code><xsl:value-of select="@id"/></code></span>
    </summary>
    <div class="two">
      <div><h5><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.why'"/></xsl:call-template></h5><xsl:apply-templates select="why/*" mode="rich"/></div>
      <div><h5><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.fix'"/></xsl:call-template></h5><xsl:apply-templates select="fix/*" mode="rich"/></div>
    </div>
    <xsl:call-template name="refs"/>
    <xsl:if test="@unknown &gt; 0"><p class="note also"><xsl:call-template name="tf"><xsl:with-param name="id" select="'finding.also.unknown'"/><xsl:with-param name="a" select="@unknown"/></xsl:call-template></p></xsl:if>
    <xsl:if test="@waived &gt; 0"><p class="note also"><xsl:call-template name="tf"><xsl:with-param name="id" select="'finding.also.waived'"/><xsl:with-param name="a" select="@waived"/></xsl:call-template></p></xsl:if>
    <h5><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.subjects'"/></xsl:call-template></h5>
    <xsl:apply-templates select="fail"/>
    </details>
  </article>
</xsl:template>

<!-- Words and lists for report.js, which makes the controls out of them; nothing to see without it. -->
<xsl:template name="tools">
  <div class="tools" role="search" hidden="hidden" data-key="{@now} {info[@name = 'started_at']} {info[@name = 'finished_at']}">
    <xsl:attribute name="aria-label"><xsl:call-template name="t"><xsl:with-param name="id" select="'ui.region'"/></xsl:call-template></xsl:attribute>
    <xsl:for-each select="messages/m[starts-with(@id, 'ui.')]"><xsl:attribute name="data-{substring-after(@id, 'ui.')}"><xsl:value-of select="."/></xsl:attribute></xsl:for-each>
    <xsl:attribute name="data-severities"><xsl:for-each select="messages/m[starts-with(@id, 'severity.')]"><xsl:value-of select="concat(substring-after(@id, 'severity.'), '=', ., '|')"/></xsl:for-each></xsl:attribute>
    <xsl:attribute name="data-verdicts"><xsl:for-each select="messages/m[@id = 'verdict.fail' or @id = 'verdict.unknown' or @id = 'verdict.waived' or @id = 'verdict.error']"><xsl:value-of select="concat(substring-after(@id, 'verdict.'), '=', ., '|')"/></xsl:for-each></xsl:attribute>
    <xsl:attribute name="data-themes"><xsl:for-each select="themes/theme"><xsl:value-of select="concat(@name, '=')"/><xsl:call-template name="theme-name"><xsl:with-param name="of" select="@name"/></xsl:call-template>|</xsl:for-each></xsl:attribute>
  </div>
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
        <xsl:text> </xsl:text><bdi><xsl:choose>
          <xsl:when test="@name = 'seed' and contains(., ' ')"><xsl:value-of select="substring-before(., ' ')"/><span class="name"><xsl:text> </xsl:text><xsl:value-of select="substring-after(., ' ')"/></span></xsl:when>
          <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise></xsl:choose></bdi></span></xsl:for-each></p>
  </xsl:if>
</xsl:template>

<!-- A source that says no time was seen at the time of the audit. Subjects of a check: up to five columns beside each other, more one below the other -->
<xsl:template match="fail | waived">
  <xsl:variable name="columns" select="../columns/column"/>
  <xsl:variable name="wide" select="count($columns) &gt; 5"/>
  <xsl:variable name="items" select="subject/@item[. != '']"/>
  <xsl:variable name="source" select="subject[1]/@source"/>
  <xsl:variable name="same" select="$source and not(subject[not(@source = $source)])"/>
  <xsl:variable name="subjects" select="subject"/>
  <!-- columns that say the same of every subject: on paper once, above them -->
  <xsl:variable name="common"><xsl:if test="count($subjects) &gt; 1">|<xsl:for-each select="$columns"><xsl:variable name="at" select="position()"/>
    <xsl:if test="not($subjects[not(v[$at] = $subjects[1]/v[$at])])"><xsl:value-of select="$at"/>|</xsl:if></xsl:for-each></xsl:if></xsl:variable>
  <xsl:if test="$same">
    <p class="note source"><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.source'"/></xsl:call-template><bdi><xsl:call-template name="source-time"><xsl:with-param name="of" select="$source"/></xsl:call-template></bdi>
      <xsl:if test="/report/@now and not(contains($source, '('))">, <xsl:call-template name="tf"><xsl:with-param name="id" select="'finding.time'"/><xsl:with-param name="a" select="/report/@now"/></xsl:call-template></xsl:if></p>
  </xsl:if>
  <xsl:if test="string-length($common) &gt; 1"><p class="common on-paper"><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.common'"/></xsl:call-template>
    <xsl:for-each select="$columns"><xsl:variable name="at" select="position()"/><xsl:if test="contains($common, concat('|', $at, '|'))"><xsl:text> </xsl:text><span><xsl:value-of select="@label"/>: <bdi><xsl:value-of select="$subjects[1]/v[$at]"/></bdi></span></xsl:if></xsl:for-each></p></xsl:if>
  <div class="scroll" tabindex="0" role="region"><xsl:attribute name="aria-label"><xsl:value-of select="../title"/></xsl:attribute>
  <table class="subjects"><xsl:if test="count($columns) &lt; 4 and not($items)"><xsl:attribute name="class">subjects few</xsl:attribute></xsl:if>
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'table.subject'"/></xsl:call-template>
      <xsl:if test="$items"><xsl:call-template name="th"><xsl:with-param name="id" select="'table.item'"/></xsl:call-template></xsl:if>
      <xsl:choose>
        <xsl:when test="$wide"><xsl:call-template name="th"><xsl:with-param name="id" select="'finding.evidence'"/></xsl:call-template></xsl:when>
        <xsl:otherwise><xsl:for-each select="$columns"><th scope="col"><xsl:value-of select="@label"/></th></xsl:for-each></xsl:otherwise>
      </xsl:choose>
      <xsl:if test="not($same)"><xsl:call-template name="th"><xsl:with-param name="id" select="'table.source'"/></xsl:call-template></xsl:if>
    </tr></thead>
    <tbody><xsl:for-each select="subject"><tr><xsl:if test="@finding"><xsl:attribute name="id">finding-<xsl:value-of select="@finding"/></xsl:attribute></xsl:if>
      <th scope="row"><bdi><xsl:choose><xsl:when test="@name != ''"><xsl:value-of select="@name"/></xsl:when><xsl:otherwise><xsl:value-of select="@key"/></xsl:otherwise></xsl:choose></bdi>
        <xsl:if test="@name != '' and @name != @key"><span class="key sid"><bdi><xsl:value-of select="@key"/></bdi></span></xsl:if>
        <xsl:if test="@finding"><a class="key" href="#finding-{@finding}"><xsl:value-of select="@finding"/></a></xsl:if>
        <xsl:if test="@waiver"><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="'waiver.reason'"/></xsl:call-template>: <bdi><xsl:value-of select="@waiver"/></bdi> (<bdi><xsl:value-of select="@approver"/></bdi>, <xsl:value-of select="@expires"/>)</span></xsl:if></th>
      <xsl:if test="$items"><td><xsl:if test="@item = v or (contains(@item, '/') and substring-before(@item, '/') = v and substring-after(@item, '/') = v)"><xsl:attribute name="class">told</xsl:attribute></xsl:if><xsl:choose>
        <xsl:when test="@item_name"><bdi><xsl:value-of select="@item_name"/></bdi><span class="key"><bdi><xsl:value-of select="@item"/></bdi></span></xsl:when>
        <xsl:otherwise><bdi><xsl:value-of select="@item"/></bdi></xsl:otherwise></xsl:choose></td></xsl:if>
      <xsl:choose>
        <xsl:when test="$wide"><td><dl class="evidence"><xsl:for-each select="v"><xsl:variable name="at" select="position()"/>
          <div><xsl:call-template name="paper-cell"><xsl:with-param name="common" select="contains($common, concat('|', $at, '|'))"/></xsl:call-template><dt><xsl:value-of select="$columns[$at]/@label"/></dt><dd><bdi><xsl:value-of select="."/></bdi></dd></div></xsl:for-each></dl></td></xsl:when>
        <xsl:otherwise><xsl:variable name="printed" select="position() &lt; 11"/><xsl:for-each select="v"><xsl:variable name="at" select="position()"/>
          <td><xsl:call-template name="paper-cell"><xsl:with-param name="common" select="contains($common, concat('|', $at, '|'))"/></xsl:call-template><xsl:if test="$printed"><xsl:attribute name="data-label"><xsl:value-of select="$columns[$at]/@label"/></xsl:attribute></xsl:if><bdi><xsl:value-of select="."/></bdi></td></xsl:for-each></xsl:otherwise>
      </xsl:choose>
      <xsl:if test="not($same)"><td class="from"><bdi><xsl:choose>
        <xsl:when test="@name != '' and contains(@source, @name)"><xsl:call-template name="source-time"><xsl:with-param name="of" select="concat(substring-before(@source, @name), substring-after(@source, concat(@name, ' ')))"/></xsl:call-template></xsl:when>
        <xsl:otherwise><xsl:call-template name="source-time"><xsl:with-param name="of" select="@source"/></xsl:call-template></xsl:otherwise></xsl:choose></bdi></td></xsl:if>
    </tr></xsl:for-each></tbody>
  </table></div>
  <xsl:if test="count(subject) &gt; 10"><p class="more on-paper"><xsl:call-template name="tf"><xsl:with-param name="id" select="'finding.paper'"/>
    <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@total - 10)"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
  <xsl:if test="@rest &gt; 0"><p class="more on-screen"><xsl:call-template name="tf"><xsl:with-param name="id" select="'finding.rest'"/>
    <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@rest"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
</xsl:template>

<!-- A value that needs no place of its own on paper: told above for all subjects, or nothing -->
<xsl:template name="paper-cell">
  <xsl:param name="common"/>
  <xsl:if test="$common or . = '—'"><xsl:attribute name="class">told</xsl:attribute></xsl:if>
</xsl:template>

<!-- "LDAP dc1 (time)": the time is not printed on paper -->
<xsl:template name="source-time">
  <xsl:param name="of"/>
  <xsl:variable name="at" select="substring-before(substring-after($of, ' ('), ')')"/>
  <xsl:choose>
    <xsl:when test="string-length($at) = 20 and substring($at, 11, 1) = 'T' and contains($of, concat(' (', $at, ')')) and substring-after($of, concat(' (', $at, ')')) = ''">
      <xsl:value-of select="substring-before($of, concat(' (', $at, ')'))"/><span class="at"> (<xsl:value-of select="$at"/>)</span></xsl:when>
    <xsl:otherwise><xsl:value-of select="$of"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- unknowns -->
<xsl:template name="reason-text">
  <xsl:choose>
    <xsl:when test="@text != ''"><bdi><xsl:value-of select="@text"/></bdi></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'unknown.noreason'"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="results">
  <xsl:call-template name="tf"><xsl:with-param name="id" select="'unknown.results'"/>
    <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@total"/></xsl:call-template></xsl:with-param></xsl:call-template>
</xsl:template>

<xsl:template match="reason">
  <xsl:param name="verdict" select="'unknown'"/>
  <article class="reason" data-verdict="{$verdict}">
    <h3 class="head"><xsl:call-template name="reason-text"/><xsl:text> </xsl:text><span class="of"><xsl:call-template name="results"/></span></h3>
    <div class="scroll"><table>
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.check'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.subjects'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'unknown.example'"/></xsl:call-template>
      </tr></thead>
      <tbody><xsl:for-each select="check"><tr data-severity="{@severity}" data-theme="{@theme}">
        <th scope="row"><xsl:value-of select="@title"/><span class="key"><code><xsl:value-of select="@id"/></code></span></th>
        <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@subjects"/></xsl:call-template></td>
        <td><xsl:for-each select="example"><xsl:if test="position() &gt; 1">, </xsl:if>
          <xsl:call-template name="t"><xsl:with-param name="id" select="concat('source.', .)"/><xsl:with-param name="or" select="string(.)"/></xsl:call-template></xsl:for-each>
          <xsl:if test="@subjects &gt; count(example)"> …</xsl:if></td>
      </tr></xsl:for-each></tbody>
    </table></div>
  </article>
</xsl:template>

<xsl:template name="unknown">
  <section class="chapter" data-group="">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'unknown'"/></xsl:call-template>
    <xsl:choose>
      <xsl:when test="unknowns/hosts | unknowns/reason">
        <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'unknown.intro'"/></xsl:call-template></p>
        <div class="unknowns">
          <xsl:apply-templates select="unknowns/hosts" mode="chapter"/>
          <xsl:apply-templates select="unknowns/reason"/>
        </div>
        <xsl:if test="unknowns/@rest &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'unknown.rest'"/><xsl:with-param name="a" select="unknowns/@rest"/></xsl:call-template></p></xsl:if>
      </xsl:when>
      <xsl:when test="unknowns/@questions = 0"><p><xsl:call-template name="t"><xsl:with-param name="id" select="'unknown.none'"/></xsl:call-template></p></xsl:when>
    </xsl:choose>
    <xsl:if test="unknowns/@questions &gt; 0"><p><a href="#questions"><xsl:call-template name="tf"><xsl:with-param name="id" select="'unknown.questions'"/><xsl:with-param name="a" select="unknowns/@questions"/></xsl:call-template></a></p></xsl:if>
    <xsl:if test="errors/reason">
      <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'unknown.errors'"/></xsl:call-template></h3>
      <xsl:apply-templates select="errors/reason"><xsl:with-param name="verdict" select="'error'"/></xsl:apply-templates>
    </xsl:if>
  </section>
</xsl:template>
</xsl:stylesheet>
