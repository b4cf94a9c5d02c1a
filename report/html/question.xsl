<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Part of report.xsl: the questionnaire. What people answered, theme by theme, what has expired, and what nobody has answered yet. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template match="report/questions">
  <section class="chapter questions">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'questions'"/></xsl:call-template>
    <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'question.intro'"/></xsl:call-template></p>
    <xsl:call-template name="question-bar"/>
    <xsl:apply-templates select="groups[group]"/>
    <xsl:apply-templates select="expired[question]"/>
    <xsl:apply-templates select="open[theme]"/>
  </section>
</xsl:template>

<xsl:template name="question-segment">
  <xsl:param name="from"/>
  <xsl:param name="n"/>
  <xsl:param name="class"/>
  <xsl:if test="$n &gt; 0"><rect class="{$class}" height="24" x="{format-number($from * 1000 div @total, '0.##')}" width="{format-number($n * 1000 div @total, '0.##')}"/></xsl:if>
</xsl:template>

<!-- answered well, does not apply, answered no at the far end; what has no answer stays light -->
<xsl:template name="question-bar">
  <figure>
    <svg class="bar" viewBox="0 0 1000 24" preserveAspectRatio="none" role="img">
      <title><xsl:call-template name="tf"><xsl:with-param name="id" select="'question.page'"/><xsl:with-param name="a" select="@well + @no + @waived + @not_applicable"/><xsl:with-param name="b" select="@total"/></xsl:call-template></title>
      <rect class="v-none" width="1000" height="24"/>
      <xsl:call-template name="question-segment"><xsl:with-param name="from" select="0"/><xsl:with-param name="n" select="@well"/><xsl:with-param name="class" select="'r-done'"/></xsl:call-template>
      <xsl:call-template name="question-segment"><xsl:with-param name="from" select="@well"/><xsl:with-param name="n" select="@not_applicable"/><xsl:with-param name="class" select="'r-attested'"/></xsl:call-template>
      <xsl:if test="@no + @waived &gt; 0"><path class="r-suspect" d="M{format-number(1000 - (@no + @waived) * 1000 div @total, '0.##')} 12H1000"/></xsl:if>
    </svg>
    <figcaption><ul class="legend">
      <xsl:variable name="of" select="."/>
      <xsl:for-each select="/report/messages/m[starts-with(@id, 'question.state.')]">
        <xsl:variable name="name" select="substring-after(@id, 'question.state.')"/>
        <xsl:variable name="n" select="$of/@*[name() = $name]"/>
        <xsl:if test="$n &gt; 0 or $name = 'well' or $name = 'no' or $name = 'open'">
          <li><svg class="dot" viewBox="0 0 24 24" aria-hidden="true"><rect width="24" height="24"><xsl:attribute name="class"><xsl:choose>
            <xsl:when test="$name = 'well'">r-done</xsl:when><xsl:when test="$name = 'not_applicable'">r-attested</xsl:when><xsl:otherwise>v-none</xsl:otherwise></xsl:choose></xsl:attribute></rect>
            <xsl:if test="$name = 'no' or $name = 'waived'"><path class="r-suspect" d="M0 12H24"/></xsl:if></svg>
            <xsl:text> </xsl:text><xsl:value-of select="."/><xsl:text> </xsl:text><b><xsl:value-of select="$n"/></b></li>
        </xsl:if>
      </xsl:for-each>
    </ul></figcaption>
  </figure>
</xsl:template>

<!-- An answer that the questions no longer have is shown as it was written. -->
<xsl:template name="question-answer">
  <xsl:choose>
    <xsl:when test="@words"><xsl:value-of select="@words"/></xsl:when>
    <xsl:when test="@answer = 'not_applicable'"><xsl:call-template name="t"><xsl:with-param name="id" select="'question.answer.not_applicable'"/></xsl:call-template></xsl:when>
    <xsl:otherwise><bdi><xsl:value-of select="@answer"/></bdi></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="question-head">
  <xsl:param name="answer" select="'question.answer'"/>
  <thead><tr>
    <xsl:call-template name="th"><xsl:with-param name="id" select="'question.question'"/></xsl:call-template>
    <xsl:call-template name="th"><xsl:with-param name="id" select="$answer"/></xsl:call-template>
    <xsl:call-template name="th"><xsl:with-param name="id" select="'question.who'"/></xsl:call-template>
    <xsl:call-template name="th"><xsl:with-param name="id" select="'question.valid'"/></xsl:call-template>
    <xsl:call-template name="th"><xsl:with-param name="id" select="'question.evidence'"/></xsl:call-template>
  </tr></thead>
</xsl:template>

<!-- The head of the column, for paper, where the cells of an answer are one paragraph -->
<xsl:template name="question-label">
  <xsl:param name="id"/>
  <xsl:attribute name="data-label"><xsl:call-template name="t"><xsl:with-param name="id" select="$id"/></xsl:call-template></xsl:attribute>
</xsl:template>

<xsl:template name="question-row">
  <tr>
    <th scope="row"><xsl:choose><xsl:when test="@state = 'no'"><a href="#check-{@no}"><xsl:value-of select="@question"/></a></xsl:when><xsl:otherwise><xsl:value-of select="@question"/></xsl:otherwise></xsl:choose>
      <span class="key"><code><xsl:value-of select="@id"/></code></span></th>
    <td><xsl:if test="@state = 'no'"><xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template><xsl:text> </xsl:text></xsl:if><xsl:call-template name="question-answer"/>
      <xsl:if test="@state = 'unproven' or @state = 'waived'"><span class="key odd"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('question.state.', @state)"/></xsl:call-template></span></xsl:if>
      <xsl:if test="@state = 'unproven' and @reason"><span class="key"><bdi><xsl:value-of select="@reason"/></bdi></span></xsl:if></td>
    <td><xsl:call-template name="question-label"><xsl:with-param name="id" select="'question.who'"/></xsl:call-template><bdi><xsl:value-of select="@who"/></bdi><span class="key date"><xsl:value-of select="@answered_on"/></span></td>
    <td class="date"><xsl:if test="@state = 'expired'"><xsl:attribute name="class">date odd</xsl:attribute></xsl:if><xsl:call-template name="question-label"><xsl:with-param name="id" select="'question.valid'"/></xsl:call-template><xsl:value-of select="@valid_until"/></td>
    <td><xsl:call-template name="question-label"><xsl:with-param name="id" select="'question.evidence'"/></xsl:call-template><bdi><xsl:value-of select="@evidence"/></bdi><xsl:if test="not(@evidence)">–</xsl:if><xsl:if test="@note"><span class="key"><bdi><xsl:value-of select="@note"/></bdi></span></xsl:if></td>
  </tr>
</xsl:template>

<xsl:template match="questions/groups">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'question.answered'"/></xsl:call-template></h3>
  <xsl:for-each select="group">
    <h4><xsl:call-template name="t"><xsl:with-param name="id" select="concat('question.theme.', @name)"/><xsl:with-param name="or" select="@name"/></xsl:call-template></h4>
    <div class="scroll"><table class="answers">
      <xsl:call-template name="question-head"/>
      <tbody><xsl:for-each select="question"><xsl:call-template name="question-row"/></xsl:for-each></tbody>
    </table></div>
  </xsl:for-each>
  <xsl:call-template name="mfa-rest"/>
</xsl:template>

<xsl:template match="questions/expired">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'question.expired'"/></xsl:call-template></h3>
  <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'question.expired.intro'"/></xsl:call-template></p>
  <div class="scroll"><table class="answers">
    <xsl:call-template name="question-head"><xsl:with-param name="answer" select="'question.answer.old'"/></xsl:call-template>
    <tbody><xsl:for-each select="question"><xsl:call-template name="question-row"/></xsl:for-each></tbody>
  </table></div>
  <xsl:call-template name="mfa-rest"/>
</xsl:template>

<xsl:template match="questions/open">
  <h3><xsl:call-template name="tf"><xsl:with-param name="id" select="'question.open'"/><xsl:with-param name="a" select="../@open + ../@failed"/></xsl:call-template></h3>
  <p><xsl:call-template name="t"><xsl:with-param name="id" select="'question.open.how'"/></xsl:call-template></p>
  <pre>kagimori attest --answers answers.yaml</pre>
  <p class="note"><xsl:for-each select="theme"><span class="count"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('question.theme.', @name)"/><xsl:with-param name="or" select="@name"/></xsl:call-template><xsl:text> </xsl:text><b><xsl:value-of select="@number"/></b></span><xsl:text> </xsl:text></xsl:for-each></p>
  <xsl:if test="first/@rest &gt; 0"><p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'question.open.first'"/></xsl:call-template></p></xsl:if>
  <ul class="passed"><xsl:for-each select="first/question"><li><xsl:value-of select="@question"/></li></xsl:for-each></ul>
  <xsl:for-each select="first"><xsl:call-template name="mfa-rest"/></xsl:for-each>
</xsl:template>
</xsl:stylesheet>
