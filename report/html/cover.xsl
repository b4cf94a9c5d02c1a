<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Page 1, for the director: one sheet of A4. What does not fit is behind it; nothing here is told by colour alone. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:variable name="graded" select="boolean(/report/grade[@theme = ''])"/>
<xsl:variable name="wide" select="1 + 1.1 * (/report/@lang != 'ja')"/><!-- letters where one full-width character stands -->

<xsl:template name="cover">
  <header class="band" id="summary">
    <p class="mark">Kagimori 鍵守</p>
    <h1><xsl:call-template name="t"><xsl:with-param name="id" select="'report.title'"/></xsl:call-template></h1>
    <p class="organisation"><bdi><xsl:call-template name="organisation"/></bdi></p>
    <p class="date"><span class="when"><xsl:call-template name="t"><xsl:with-param name="id" select="'report.date'"/></xsl:call-template>
      <xsl:text> </xsl:text><xsl:value-of select="@now"/><xsl:text> </xsl:text><xsl:value-of select="@zone"/></span><xsl:text> </xsl:text>
      <span class="confidential"><xsl:call-template name="t"><xsl:with-param name="id" select="'report.confidential'"/></xsl:call-template></span></p>
  </header>
  <section aria-labelledby="grade">
    <xsl:attribute name="class">front<xsl:call-template name="cover-density"/></xsl:attribute>
    <xsl:choose>
      <xsl:when test="$graded">
        <xsl:apply-templates select="grade[@theme = '']" mode="cover"/>
        <xsl:call-template name="cover-signals"/>
        <xsl:call-template name="reset-page"/>
        <xsl:call-template name="cover-themes"/>
        <xsl:apply-templates select="risks[risk]" mode="cover"/>
        <xsl:apply-templates select="measures[measure]" mode="cover"/>
      </xsl:when>
      <xsl:otherwise>
        <h2 id="grade"><xsl:call-template name="t"><xsl:with-param name="id" select="'section.summary'"/></xsl:call-template></h2>
        <xsl:call-template name="stands"/>
        <xsl:call-template name="cover-signals"/>
        <xsl:call-template name="reset-page"/>
        <xsl:call-template name="urgent"/>
      </xsl:otherwise>
    </xsl:choose>
    <div class="pair"><xsl:if test="reset[@draft = 0] and not(progress[@comparable = 1])"><xsl:attribute name="class">pair alone</xsl:attribute></xsl:if>
      <xsl:if test="progress[@comparable = 1] or not(reset[@draft = 0])"><xsl:call-template name="cover-progress"/></xsl:if>
      <xsl:call-template name="cover-blind"/>
    </div>
    <p class="foot"><xsl:if test="$graded"><a href="#method"><xsl:call-template name="t"><xsl:with-param name="id" select="'cover.method'"/></xsl:call-template></a><xsl:text> </xsl:text></xsl:if>
      <xsl:call-template name="t"><xsl:with-param name="id" select="'report.readonly'"/></xsl:call-template></p>
  </section>
</xsl:template>

<!-- Lines that the sentences take on paper, about: one letter a line. Long texts are set a little smaller, so that the sheet remains one. -->
<xsl:template name="cover-density">
  <xsl:variable name="lines">
    <xsl:for-each select="grade[@theme = '']/sentence"><xsl:value-of select="substring('llllllll', 1, ceiling(string-length(.) div (48 * $wide)))"/></xsl:for-each>
    <xsl:for-each select="grade[@theme != '']/sentence"><xsl:value-of select="substring('llllllll', 1, ceiling(string-length(.) div (42 * $wide)))"/></xsl:for-each>
    <xsl:for-each select="measures/measure[position() &lt;= 5]"><xsl:value-of select="substring('llllllll', 1, ceiling(string-length(title) div (40 * $wide)) + ceiling(string-length(how) div (44 * $wide)))"/></xsl:for-each>
    <xsl:for-each select="risks/risk[position() &lt;= 3]"><xsl:value-of select="substring('llllllllllllllll', 1, ceiling((string-length(title) * 1.15 + string-length(text)) div (54 * $wide)) + 1)"/></xsl:for-each>
    <xsl:if test="reset[@draft = 0]">llllllll<xsl:if test="progress[@comparable = 1]">lll</xsl:if></xsl:if>
    <xsl:if test="narrow">ll</xsl:if>
    <xsl:if test="records/signals/signal">ll</xsl:if>
    <xsl:if test="progress[@comparable = 1]">lll</xsl:if>
  </xsl:variable>
  <xsl:choose>
    <xsl:when test="string-length($lines) &gt; 53"> densest fullest</xsl:when>
    <xsl:when test="string-length($lines) &gt; 45"> densest</xsl:when>
    <xsl:when test="string-length($lines) &gt; 40"> denser</xsl:when>
    <xsl:when test="string-length($lines) &gt; 34"> dense</xsl:when>
  </xsl:choose>
</xsl:template>

<xsl:template name="grade-letter">
  <xsl:param name="of"/>
  <xsl:choose>
    <xsl:when test="contains('ABCDE', $of) and string-length($of) = 1"><b class="letter grade-{$of}"><xsl:value-of select="$of"/></b></xsl:when>
    <xsl:otherwise><b class="letter grade-none"><xsl:call-template name="t"><xsl:with-param name="id" select="'grade.none'"/></xsl:call-template></b></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="grade-id"><xsl:choose><xsl:when test="@grade = '-'">none</xsl:when><xsl:otherwise><xsl:value-of select="@grade"/></xsl:otherwise></xsl:choose></xsl:template>

<!-- the whole estate: letter, what it means, the sentence with its numbers, how much could be seen -->
<xsl:template match="grade" mode="cover">
  <xsl:variable name="id"><xsl:call-template name="grade-id"/></xsl:variable>
  <div class="overall">
    <h2 id="grade"><span class="name"><xsl:call-template name="t"><xsl:with-param name="id" select="'cover.grade'"/></xsl:call-template></span><xsl:text> </xsl:text>
      <xsl:call-template name="grade-letter"><xsl:with-param name="of" select="@grade"/></xsl:call-template></h2>
    <div class="meaning">
      <!-- Who may be attacked at this moment is not told to make a plan with dates. -->
      <p class="lead"><xsl:call-template name="t"><xsl:with-param name="id"><xsl:choose>
        <xsl:when test="/report/risks/risk[@id = 'intruder-inside' and @level = 'critical']">grade.inside.lead</xsl:when>
        <xsl:otherwise><xsl:value-of select="concat('grade.', $id, '.lead')"/></xsl:otherwise></xsl:choose></xsl:with-param></xsl:call-template></p>
      <p><xsl:value-of select="sentence"/>
        <xsl:if test="@cap"><xsl:text> </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="concat('grade.cap.', @cap)"/><xsl:with-param name="or" select="''"/></xsl:call-template></xsl:if></p>
      <xsl:for-each select="/report/narrow"><p class="narrow"><xsl:call-template name="tf"><xsl:with-param name="id" select="'cover.narrow'"/>
        <xsl:with-param name="a"><xsl:value-of select="@checks - @left"/></xsl:with-param><xsl:with-param name="b"><xsl:value-of select="@checks"/></xsl:with-param></xsl:call-template>
        <xsl:if test="@profile != ''"><xsl:text> (</xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'info.profile'"/></xsl:call-template><xsl:text>: </xsl:text><bdi><xsl:value-of select="@profile"/></bdi><xsl:text>)</xsl:text></xsl:if></p></xsl:for-each>
      <p class="facts">
        <xsl:if test="@score"><span class="count"><xsl:call-template name="tf"><xsl:with-param name="id" select="'cover.score'"/><xsl:with-param name="a" select="@score"/></xsl:call-template></span><xsl:text> </xsl:text></xsl:if>
        <span class="count"><xsl:call-template name="tf"><xsl:with-param name="id" select="'cover.seen'"/><xsl:with-param name="a" select="@seen"/></xsl:call-template></span><xsl:text> </xsl:text>
        <xsl:if test="/report/verdicts/verdict[@name = 'waived']/@subjects &gt; 0"><span class="count"><xsl:call-template name="tf"><xsl:with-param name="id" select="'cover.waived'"/>
          <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="string(/report/verdicts/verdict[@name = 'waived']/@subjects)"/></xsl:call-template></xsl:with-param></xsl:call-template></span><xsl:text> </xsl:text></xsl:if>
        <xsl:for-each select="/report/objects/object[@name = 'user' or @name = 'computer' or @name = 'dc' or @name = 'host']">
          <span class="count"><xsl:call-template name="tf"><xsl:with-param name="id" select="concat('cover.object.', @name)"/>
            <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@number"/></xsl:call-template></xsl:with-param>
            <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@answered)"/></xsl:call-template></xsl:with-param></xsl:call-template></span><xsl:text> </xsl:text>
        </xsl:for-each></p>
    </div>
  </div>
</xsl:template>

<!-- Signs of an intruder do not wait for page 2. -->
<xsl:template name="cover-signals">
  <xsl:variable name="signals" select="records/signals/signal"/>
  <xsl:if test="$signals">
    <p class="signs"><b><xsl:call-template name="t"><xsl:with-param name="id" select="'cover.signals'"/></xsl:call-template></b>
      <xsl:for-each select="$signals"><xsl:if test="position() &gt; 1"><xsl:call-template name="t"><xsl:with-param name="id" select="'cover.separator'"/></xsl:call-template></xsl:if>
        <a href="#records"><xsl:call-template name="number"><xsl:with-param name="n" select="@number"/></xsl:call-template><xsl:text> </xsl:text>
        <xsl:call-template name="tf"><xsl:with-param name="id" select="concat('signal.', @name)"/><xsl:with-param name="a" select="@number"/></xsl:call-template></a></xsl:for-each></p>
  </xsl:if>
</xsl:template>

<!-- A section that is left out of this report is no place to go to. -->
<xsl:template name="grade-link">
  <xsl:choose>
    <xsl:when test="not(@link) or (@link = 'administrators' and not(/report/administrators/@hosts &gt; 0)) or (@link = 'mfa' and not(/report/mfa)) or (@link = 'questions' and not(/report/questions))
      or (@link = 'records' and not(/report/records)) or (@link = 'policies' and not(/report/policies)) or not(/report/messages/m[@id = concat('section.', current()/@link)])">findings</xsl:when>
    <xsl:otherwise><xsl:value-of select="@link"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="cover-themes">
  <xsl:if test="grade[@theme != '']">
    <h2 id="grades"><xsl:call-template name="t"><xsl:with-param name="id" select="'cover.themes'"/></xsl:call-template></h2>
    <table class="grades" aria-labelledby="grades">
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.theme'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.grade'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.stands'"/></xsl:call-template>
      </tr></thead>
      <tbody><xsl:for-each select="grade[@theme != '']"><tr>
        <th scope="row"><a><xsl:attribute name="href">#<xsl:call-template name="grade-link"/></xsl:attribute><xsl:value-of select="title"/></a></th>
        <td><xsl:call-template name="grade-letter"><xsl:with-param name="of" select="@grade"/></xsl:call-template></td>
        <td><xsl:value-of select="sentence"/></td>
      </tr></xsl:for-each></tbody>
    </table>
  </xsl:if>
</xsl:template>

<xsl:template match="risks" mode="cover">
  <h2><xsl:call-template name="t"><xsl:with-param name="id" select="'cover.risks'"/></xsl:call-template></h2>
  <ol class="risks">
    <xsl:for-each select="risk[position() &lt;= 3]"><li>
      <h3><xsl:value-of select="title"/></h3>
      <p><xsl:value-of select="text"/></p>
    </li></xsl:for-each>
  </ol>
</xsl:template>

<xsl:template match="measures" mode="cover">
  <xsl:variable name="shown" select="measure[position() &lt;= 5]"/>
  <h2 id="actions"><xsl:call-template name="tf"><xsl:with-param name="id" select="'cover.actions'"/><xsl:with-param name="a" select="count($shown)"/></xsl:call-template></h2>
  <p class="note"><xsl:call-template name="tf"><xsl:with-param name="id" select="'cover.actions.note'"/><xsl:with-param name="a" select="sum($shown/@effect)"/></xsl:call-template>
    <xsl:if test="count(measure) &gt; 5"><xsl:text> </xsl:text><a href="#measures"><xsl:call-template name="tf"><xsl:with-param name="id" select="'cover.actions.more'"/><xsl:with-param name="a" select="count(measure) - 5"/></xsl:call-template></a></xsl:if></p>
  <table class="actions" aria-labelledby="actions">
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'table.action'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'table.effort'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'table.effect'"/></xsl:call-template>
    </tr></thead>
    <tbody><xsl:for-each select="$shown"><tr>
      <th scope="row"><span class="no"><xsl:value-of select="position()"/></span><a href="#measure-{position()}"><xsl:value-of select="title"/></a><p><xsl:value-of select="how"/></p></th>
      <td class="effort"><xsl:call-template name="effort"/></td>
      <td class="effect"><xsl:call-template name="effect"/></td>
    </tr></xsl:for-each></tbody>
  </table>
</xsl:template>

<xsl:template name="effort"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('effort.', @effort)"/><xsl:with-param name="or" select="@effort"/></xsl:call-template></xsl:template>

<!-- The bar is an aid; the number says it. -->
<xsl:template name="effect">
  <svg class="share" viewBox="0 0 102 10" preserveAspectRatio="none" aria-hidden="true">
    <rect class="frame" x="1" y="1" width="100" height="8"/><rect class="part" x="1" y="1" height="8" width="{format-number(@effect, '0')}"/>
  </svg><xsl:text> </xsl:text><span class="percent"><xsl:value-of select="@effect"/> %</span>
</xsl:template>

<xsl:template name="cover-progress">
  <xsl:call-template name="progress-page"/>
  <xsl:if test="not(progress[@comparable = 1])"><section class="moved">
    <h2><xsl:call-template name="t"><xsl:with-param name="id" select="'cover.progress'"/></xsl:call-template></h2>
    <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'cover.progress.none'"/></xsl:call-template></p>
  </section></xsl:if>
</xsl:template>

<!-- what could not be checked, in numbers: four lines at most; the reasons are in their section -->
<xsl:template name="cover-blind">
  <xsl:variable name="checks" select="count($open[not(@question)])"/>
  <xsl:variable name="hosts" select="sum(unknowns/hosts/@hosts)"/>
  <xsl:variable name="reach" select="records/reach"/>
  <section class="unseen">
    <h2><a href="#unknown"><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.blind'"/></xsl:call-template></a></h2>
    <xsl:choose>
      <xsl:when test="$checks = 0 and $hosts = 0 and not(unknowns/@questions &gt; 0) and not($reach/@controllers &gt; $reach/@controllers_read)">
        <p><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.blind.none'"/></xsl:call-template></p>
      </xsl:when>
      <xsl:otherwise><ul class="limits">
        <xsl:if test="$checks &gt; 0"><li><xsl:call-template name="tf"><xsl:with-param name="id" select="'cover.blind.checks'"/>
          <xsl:with-param name="a" select="$checks"/><xsl:with-param name="b" select="@checks - count(checks/check[@question])"/></xsl:call-template></li></xsl:if>
        <xsl:if test="$hosts &gt; 0"><li><xsl:call-template name="tf"><xsl:with-param name="id" select="'cover.blind.hosts'"/>
          <xsl:with-param name="a" select="$hosts"/><xsl:with-param name="b" select="objects/object[@name = 'host']/@number"/></xsl:call-template></li></xsl:if>
        <xsl:if test="$reach/@controllers &gt; $reach/@controllers_read"><li><xsl:call-template name="tf"><xsl:with-param name="id" select="'cover.blind.logs'"/>
          <xsl:with-param name="a" select="$reach/@controllers - $reach/@controllers_read"/><xsl:with-param name="b" select="$reach/@controllers"/></xsl:call-template></li></xsl:if>
        <xsl:if test="unknowns/@questions &gt; 0"><li><xsl:call-template name="tf"><xsl:with-param name="id" select="'cover.blind.questions'"/><xsl:with-param name="a" select="unknowns/@questions"/></xsl:call-template></li></xsl:if>
      </ul></xsl:otherwise>
    </xsl:choose>
  </section>
</xsl:template>

</xsl:stylesheet>
