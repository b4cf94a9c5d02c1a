<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- What moved since the audit before, and the audits in a row: the section "progress", and a few lines of it for page 1 (progress-page). -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template name="p">
  <xsl:param name="id"/>
  <xsl:param name="a"/>
  <xsl:param name="b"/>
  <xsl:call-template name="tf"><xsl:with-param name="id" select="concat('progress.', $id)"/>
    <xsl:with-param name="a" select="$a"/><xsl:with-param name="b" select="$b"/></xsl:call-template>
</xsl:template>

<xsl:template name="pn">
  <xsl:param name="id"/>
  <xsl:param name="n"/>
  <xsl:call-template name="p"><xsl:with-param name="id" select="$id"/>
    <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="string($n)"/></xsl:call-template></xsl:with-param></xsl:call-template>
</xsl:template>

<xsl:template name="progress-severity">
  <xsl:param name="of"/>
  <span class="badge {$of}"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('severity.', $of)"/><xsl:with-param name="or" select="$of"/></xsl:call-template></span>
</xsl:template>

<!-- page 1: grade then and now, worse, better, out of sight -->
<xsl:template name="progress-page">
  <xsl:for-each select="/report/progress[@comparable = 1]">
    <xsl:variable name="all" select="grade[not(@theme) or @theme = '']"/>
    <section class="progress-page">
      <h2><a href="#progress"><xsl:call-template name="p"><xsl:with-param name="id" select="'page.title'"/><xsl:with-param name="a" select="@before"/></xsl:call-template></a></h2>
      <p><xsl:if test="$all"><b><xsl:call-template name="p"><xsl:with-param name="id" select="'page.grade'"/>
        <xsl:with-param name="a" select="$all/@now"/><xsl:with-param name="b" select="$all/@before"/></xsl:call-template></b><br/></xsl:if>
      <b class="worse"><xsl:call-template name="pn"><xsl:with-param name="id" select="'page.worse'"/><xsl:with-param name="n" select="@new"/></xsl:call-template></b>
      <xsl:text> · </xsl:text><b class="better"><xsl:call-template name="pn"><xsl:with-param name="id" select="'page.better'"/><xsl:with-param name="n" select="@fixed"/></xsl:call-template></b>
      <xsl:text> · </xsl:text><xsl:call-template name="pn"><xsl:with-param name="id" select="'page.same'"/><xsl:with-param name="n" select="@same + @changed"/></xsl:call-template>
      <xsl:if test="@hidden + @lost &gt; 0"><br/><span class="unseen"><xsl:call-template name="pn"><xsl:with-param name="id" select="'page.hidden'"/><xsl:with-param name="n" select="@hidden + @lost"/></xsl:call-template></span></xsl:if></p>
    </section>
  </xsl:for-each>
</xsl:template>

<xsl:template name="progress">
  <xsl:if test="/report/progress or /report/trend/run">
    <section class="progress" aria-labelledby="progress">
      <h2 id="progress"><xsl:call-template name="t"><xsl:with-param name="id" select="'section.progress'"/></xsl:call-template></h2>
      <xsl:apply-templates select="/report/progress[@comparable = 0]" mode="refused"/>
      <xsl:apply-templates select="/report/progress[@comparable = 1]" mode="section"/>
      <xsl:apply-templates select="/report/trend[run]" mode="section"/>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template match="progress" mode="refused">
  <p class="note"><xsl:call-template name="p"><xsl:with-param name="id" select="'incomparable'"/><xsl:with-param name="a" select="string(remark)"/></xsl:call-template></p>
</xsl:template>

<xsl:template match="progress" mode="section">
  <p><xsl:call-template name="p"><xsl:with-param name="id" select="'head'"/><xsl:with-param name="a" select="@before"/><xsl:with-param name="b" select="@now"/></xsl:call-template></p>
  <xsl:for-each select="remark"><p class="warning"><xsl:value-of select="."/></p></xsl:for-each>
  <xsl:call-template name="progress-counts"/>
  <xsl:if test="grade"><xsl:call-template name="progress-grades"/></xsl:if>
  <xsl:apply-templates select="list"/>
  <xsl:apply-templates select="losts[loss]"/>
  <xsl:apply-templates select="renames[rename]"/>
</xsl:template>

<xsl:template name="progress-counts">
  <table class="progress-counts">
    <thead><tr><xsl:call-template name="th"><xsl:with-param name="id" select="'progress.table.what'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'progress.table.count'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template></tr></thead>
    <tbody>
      <xsl:variable name="all" select="."/>
      <xsl:for-each select="/report/messages/m[starts-with(@id, 'progress.kind.')]">
        <xsl:variable name="kind" select="substring-after(@id, 'progress.kind.')"/>
        <xsl:variable name="n" select="$all/@*[name() = $kind]"/>
        <xsl:if test="$n &gt; 0 or $kind = 'new' or $kind = 'fixed' or $kind = 'hidden'">
          <tr><th scope="row"><xsl:choose>
            <xsl:when test="$n &gt; 0"><a href="#progress-{$kind}"><xsl:value-of select="."/></a></xsl:when>
            <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise></xsl:choose></th>
            <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="string($n)"/></xsl:call-template></td></tr>
        </xsl:if>
      </xsl:for-each>
      <xsl:call-template name="progress-count"><xsl:with-param name="id" select="'same'"/><xsl:with-param name="n" select="@same"/></xsl:call-template>
      <xsl:call-template name="progress-count"><xsl:with-param name="id" select="'same_waived'"/><xsl:with-param name="n" select="@same_waived"/></xsl:call-template>
      <xsl:call-template name="progress-count"><xsl:with-param name="id" select="'lost'"/><xsl:with-param name="n" select="@lost"/></xsl:call-template>
      <xsl:call-template name="progress-count"><xsl:with-param name="id" select="'seen'"/><xsl:with-param name="n" select="@seen"/></xsl:call-template>
      <xsl:call-template name="progress-count"><xsl:with-param name="id" select="'renamed'"/><xsl:with-param name="n" select="@renamed"/></xsl:call-template>
    </tbody>
  </table>
</xsl:template>

<xsl:template name="progress-count">
  <xsl:param name="id"/>
  <xsl:param name="n"/>
  <xsl:if test="$n &gt; 0"><tr><th scope="row"><xsl:call-template name="p"><xsl:with-param name="id" select="$id"/></xsl:call-template></th>
    <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="string($n)"/></xsl:call-template></td></tr></xsl:if>
</xsl:template>

<xsl:template name="progress-grades">
  <table class="progress-grades">
    <thead><tr><xsl:call-template name="th"><xsl:with-param name="id" select="'progress.table.theme'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'progress.table.before'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'progress.table.now'"/></xsl:call-template></tr></thead>
    <tbody><xsl:for-each select="grade"><tr><th scope="row"><xsl:value-of select="@title"/></th>
      <td><xsl:value-of select="@before"/><xsl:if test="@score_before"><xsl:text> </xsl:text><span class="of">(<xsl:value-of select="@score_before"/>)</span></xsl:if></td>
      <td><xsl:value-of select="@now"/><xsl:if test="@score_now"><xsl:text> </xsl:text><span class="of">(<xsl:value-of select="@score_now"/>)</span></xsl:if></td></tr></xsl:for-each></tbody>
  </table>
</xsl:template>

<xsl:template match="progress/list">
  <h3 id="progress-{@kind}"><xsl:call-template name="p"><xsl:with-param name="id" select="concat('kind.', @kind)"/></xsl:call-template>
    <xsl:text> </xsl:text><span class="of"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@count)"/></xsl:call-template></span></h3>
  <p class="note"><xsl:call-template name="p"><xsl:with-param name="id" select="concat('note.', @kind)"/></xsl:call-template></p>
  <table class="progress-list">
    <thead><tr><xsl:call-template name="th"><xsl:with-param name="id" select="'progress.severity'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'progress.table.subject'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'progress.table.check'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'progress.table.why'"/></xsl:call-template></tr></thead>
    <tbody><xsl:apply-templates select="finding"/></tbody>
  </table>
  <xsl:if test="@rest &gt; 0"><p class="more"><xsl:call-template name="pn"><xsl:with-param name="id" select="'rest'"/><xsl:with-param name="n" select="@rest"/></xsl:call-template></p></xsl:if>
</xsl:template>

<xsl:template match="progress/list/finding">
  <tr>
    <td><xsl:call-template name="progress-severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template></td>
    <td><bdi><xsl:value-of select="@name"/></bdi><xsl:if test="@was"><br/><span class="of"><xsl:call-template name="p"><xsl:with-param name="id" select="'was'"/><xsl:with-param name="a" select="@was"/></xsl:call-template></span></xsl:if></td>
    <td><xsl:choose>
      <xsl:when test="@no = /report/checks/check/@no"><a href="#check-{@no}"><xsl:value-of select="title"/></a></xsl:when>
      <xsl:otherwise><xsl:value-of select="title"/></xsl:otherwise></xsl:choose>
      <br/><span class="of"><xsl:value-of select="@check"/><xsl:text> </xsl:text><xsl:value-of select="@finding"/></span></td>
    <td><bdi><xsl:value-of select="reason"/></bdi></td>
  </tr>
</xsl:template>

<xsl:template match="progress/losts">
  <h3><xsl:call-template name="p"><xsl:with-param name="id" select="'lost'"/></xsl:call-template></h3>
  <table class="progress-list">
    <thead><tr><xsl:call-template name="th"><xsl:with-param name="id" select="'progress.table.check'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'progress.table.why'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'progress.table.count'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template></tr></thead>
    <tbody><xsl:for-each select="loss"><tr><td><xsl:value-of select="@title"/></td><td><bdi><xsl:value-of select="@reason"/></bdi></td>
      <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@subjects)"/></xsl:call-template></td></tr></xsl:for-each></tbody>
  </table>
  <xsl:if test="@rest &gt; 0"><p class="more"><xsl:call-template name="pn"><xsl:with-param name="id" select="'rest'"/><xsl:with-param name="n" select="@rest"/></xsl:call-template></p></xsl:if>
</xsl:template>

<xsl:template match="progress/renames">
  <h3><xsl:call-template name="p"><xsl:with-param name="id" select="'renamed'"/></xsl:call-template></h3>
  <ul><xsl:for-each select="rename"><li><bdi><xsl:call-template name="p"><xsl:with-param name="id" select="'renamed.to'"/><xsl:with-param name="a" select="@now"/><xsl:with-param name="b" select="@before"/></xsl:call-template></bdi></li></xsl:for-each></ul>
  <xsl:if test="@rest &gt; 0"><p class="more"><xsl:call-template name="pn"><xsl:with-param name="id" select="'rest'"/><xsl:with-param name="n" select="@rest"/></xsl:call-template></p></xsl:if>
</xsl:template>

<xsl:template match="trend" mode="section">
  <h3><xsl:call-template name="p"><xsl:with-param name="id" select="'trend.title'"/></xsl:call-template></h3>
  <xsl:if test="@profiles"><p class="note"><xsl:call-template name="p"><xsl:with-param name="id" select="'trend.profiles'"/></xsl:call-template></p></xsl:if>
  <xsl:apply-templates select="/report/charts/chart[@name = 'trend']"/>
  <xsl:apply-templates select="/report/charts/chart[@name = 'theme-trends']"/>
  <table class="progress-trend">
    <thead><tr><xsl:call-template name="th"><xsl:with-param name="id" select="'progress.trend.date'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'progress.trend.grade'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'progress.trend.score'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'severity.critical'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'severity.high'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'severity.medium'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'severity.low'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'progress.trend.unknown'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'progress.trend.profile'"/></xsl:call-template></tr></thead>
    <tbody><xsl:for-each select="run"><tr><th scope="row"><xsl:value-of select="@ran_at"/></th>
      <td><xsl:choose><xsl:when test="@grade"><xsl:value-of select="@grade"/></xsl:when><xsl:otherwise>—</xsl:otherwise></xsl:choose></td>
      <td class="n"><xsl:value-of select="@score"/></td>
      <td class="n"><xsl:value-of select="@critical"/></td><td class="n"><xsl:value-of select="@high"/></td><td class="n"><xsl:value-of select="@medium"/></td><td class="n"><xsl:value-of select="@low"/></td>
      <td class="n"><xsl:value-of select="@unknown"/></td><td><xsl:value-of select="@profile"/></td></tr></xsl:for-each></tbody>
  </table>
</xsl:template>

</xsl:stylesheet>
