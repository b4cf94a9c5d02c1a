<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Part of report.xsl: one page a framework, item by item in its own order. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template match="frameworks">
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'frameworks'"/></xsl:call-template>
    <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'framework.intro'"/></xsl:call-template></p>
    <ul class="passed"><xsl:for-each select="framework">
      <li><a href="#framework-{@name}"><xsl:value-of select="@title"/></a><xsl:text> </xsl:text><span class="of"><xsl:call-template name="framework-met"/></span></li>
    </xsl:for-each></ul>
    <xsl:apply-templates select="framework[@name = 'seed' or starts-with(@name, 'mhlw-')]"/>
    <div class="briefs"><xsl:apply-templates select="framework[not(@name = 'seed' or starts-with(@name, 'mhlw-'))]"/></div>
  </section>
</xsl:template>

<xsl:template name="framework-met">
  <xsl:call-template name="tf"><xsl:with-param name="id" select="'framework.met'"/>
    <xsl:with-param name="a" select="sum(count[@verdict = 'pass']/@items)"/><xsl:with-param name="b" select="@items"/></xsl:call-template>
</xsl:template>

<xsl:template name="framework-verdict">
  <xsl:choose>
    <xsl:when test="key('m', concat('framework.', @verdict))"><xsl:value-of select="key('m', concat('framework.', @verdict))"/></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="concat('verdict.', @verdict)"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="framework">
  <article class="framework"><xsl:if test="not(@name = 'seed' or starts-with(@name, 'mhlw-'))"><xsl:attribute name="class">framework brief</xsl:attribute></xsl:if>
    <h3 id="framework-{@name}"><xsl:value-of select="@title"/></h3>
    <p class="note">
      <xsl:if test="@edition"><xsl:call-template name="tf"><xsl:with-param name="id" select="'framework.edition'"/><xsl:with-param name="a" select="@edition"/></xsl:call-template><br/></xsl:if>
      <xsl:value-of select="@note"/>
      <xsl:if test="@unseen &gt; 0"><xsl:text> </xsl:text><xsl:call-template name="tf"><xsl:with-param name="id" select="'framework.unseen'"/><xsl:with-param name="a" select="@unseen"/></xsl:call-template></xsl:if></p>
    <xsl:call-template name="framework-bar"/>
    <!-- Two sources are read from end to end; of the others, a hundred items long, people look one up: closed on the screen, and not printed unless opened. -->
    <xsl:choose>
      <xsl:when test="@name = 'seed' or starts-with(@name, 'mhlw-')"><xsl:call-template name="framework-items"/></xsl:when>
      <xsl:otherwise><details><summary><xsl:call-template name="tf"><xsl:with-param name="id" select="'framework.open'"/><xsl:with-param name="a" select="@items"/></xsl:call-template></summary>
        <xsl:call-template name="framework-items"/></details></xsl:otherwise>
    </xsl:choose>
  </article>
</xsl:template>

<xsl:template name="framework-items">
    <div class="scroll"><table class="items">
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'framework.number'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'framework.item'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.result'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'framework.basis'"/></xsl:call-template>
      </tr></thead>
      <tbody><xsl:apply-templates select="item"/></tbody>
    </table></div>
    <xsl:if test="@rest &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'framework.more'"/><xsl:with-param name="a" select="@rest"/></xsl:call-template></p></xsl:if>
</xsl:template>

<!-- The bar is an aid: each shade has its number beside it. -->
<xsl:template name="framework-bar">
  <xsl:variable name="all" select="."/>
  <figure>
    <svg class="bar" viewBox="0 0 {@items} 1" preserveAspectRatio="none" role="img">
      <title><xsl:call-template name="framework-met"/></title>
      <xsl:for-each select="count"><xsl:sort select="string-length(substring-before(' fail unknown waived pass not_applicable reset out_of_scope not_evaluated unanswered ', concat(' ', @verdict, ' ')))" data-type="number"/>
        <xsl:variable name="at" select="string-length(substring-before(' fail unknown waived pass not_applicable reset out_of_scope not_evaluated unanswered ', concat(' ', @verdict, ' ')))"/>
        <rect class="v-{@verdict}" y="0" height="1" width="{@items}"
          x="{sum($all/count[string-length(substring-before(' fail unknown waived pass not_applicable reset out_of_scope not_evaluated unanswered ', concat(' ', @verdict, ' '))) &lt; $at]/@items)}"/>
      </xsl:for-each>
    </svg>
    <figcaption><ul class="legend">
      <li><b><xsl:call-template name="framework-met"/></b></li>
      <xsl:for-each select="count"><xsl:sort select="string-length(substring-before(' fail unknown waived pass not_applicable reset out_of_scope not_evaluated unanswered ', concat(' ', @verdict, ' ')))" data-type="number"/>
        <li><svg class="dot" viewBox="0 0 10 10" aria-hidden="true"><rect class="v-{@verdict}" width="10" height="10" rx="2"/></svg>
          <xsl:text> </xsl:text><xsl:call-template name="framework-verdict"/><xsl:text> </xsl:text><b><xsl:value-of select="@items"/></b></li>
      </xsl:for-each>
    </ul></figcaption>
  </figure>
</xsl:template>

<xsl:template match="item">
  <xsl:if test="@grouped and not(preceding-sibling::item[1]/@grouped = @grouped)">
    <tr class="group"><th colspan="4" scope="colgroup"><xsl:value-of select="@grouped"/></th></tr>
  </xsl:if>
  <tr>
    <td class="id"><bdi><xsl:value-of select="@id"/></bdi></td>
    <th scope="row"><xsl:value-of select="@title"/>
      <xsl:if test="@seen = 0"><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="'framework.unverified'"/></xsl:call-template></span></xsl:if></th>
    <td class="is {@verdict}"><xsl:call-template name="framework-verdict"/></td>
    <td><xsl:call-template name="framework-basis"/></td>
  </tr>
</xsl:template>

<xsl:template name="framework-basis">
  <xsl:choose>
    <xsl:when test="@verdict = 'out_of_scope'"><xsl:value-of select="@scope"/></xsl:when>
    <xsl:when test="@verdict = 'not_evaluated' or @verdict = 'reset' or @verdict = 'unanswered'"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('framework.', @verdict, '.text')"/></xsl:call-template></xsl:when>
    <xsl:otherwise>
      <xsl:if test="not(check) and @evaluated &gt; count(said) and not(said[@state = 'fail' or @state = 'unknown'])"><xsl:call-template name="tf"><xsl:with-param name="id" select="'framework.all'"/><xsl:with-param name="a" select="@evaluated"/></xsl:call-template></xsl:if>
      <xsl:if test="check | said"><ul class="remarks"><xsl:apply-templates select="check"/><xsl:if test="@rest_check"><li class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'framework.more'"/><xsl:with-param name="a" select="@rest_check"/></xsl:call-template></li></xsl:if>
        <xsl:apply-templates select="said"/><xsl:if test="@rest_said"><li class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'framework.more'"/><xsl:with-param name="a" select="@rest_said"/></xsl:call-template></li></xsl:if></ul></xsl:if>
    </xsl:otherwise>
  </xsl:choose>
  <xsl:if test="@evaluated &gt; 0 and @evaluated &lt; @checks"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'framework.part'"/><xsl:with-param name="a" select="@evaluated"/><xsl:with-param name="b" select="@checks"/></xsl:call-template></span></xsl:if>
  <xsl:if test="@actions &gt; 0"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'framework.actions'"/><xsl:with-param name="a" select="@actions"/></xsl:call-template></span></xsl:if>
</xsl:template>

<xsl:template match="item/check">
  <li><span class="is {@state}"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('verdict.', @state)"/></xsl:call-template></span><xsl:text> </xsl:text>
    <xsl:choose>
      <xsl:when test="@state = 'fail'"><a href="#check-{@no}"><xsl:value-of select="@title"/></a></xsl:when>
      <xsl:when test="@state = 'unknown'"><a href="#unknown"><xsl:value-of select="@title"/></a></xsl:when>
      <xsl:otherwise><xsl:value-of select="@title"/></xsl:otherwise>
    </xsl:choose></li>
</xsl:template>

<!-- Who says it, when, until when, and where the evidence is; an answer that holds no longer stays to be read. -->
<xsl:template match="said">
  <li><span class="is {@state}"><xsl:choose>
      <xsl:when test="not(@answer)"><xsl:call-template name="t"><xsl:with-param name="id" select="'framework.silent'"/></xsl:call-template></xsl:when>
      <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="concat('verdict.', @state)"/></xsl:call-template></xsl:otherwise></xsl:choose></span><xsl:text> </xsl:text>
    <xsl:choose><xsl:when test="@state = 'fail'"><a href="#check-{@no}"><xsl:value-of select="@title"/></a></xsl:when><xsl:otherwise><xsl:value-of select="@title"/></xsl:otherwise></xsl:choose>
    <xsl:if test="@answer"><span class="key">
        <bdi><xsl:choose><xsl:when test="@said"><xsl:value-of select="@said"/></xsl:when><xsl:when test="@answer = 'not_applicable'"><xsl:call-template name="t"><xsl:with-param name="id" select="'framework.said.not_applicable'"/></xsl:call-template></xsl:when><xsl:otherwise><xsl:value-of select="@answer"/></xsl:otherwise></xsl:choose></bdi>
        <xsl:text> — </xsl:text><bdi><xsl:value-of select="@who"/></bdi>, <xsl:value-of select="@day"/>, <xsl:call-template name="tf"><xsl:with-param name="id" select="'framework.until'"/><xsl:with-param name="a" select="@until"/></xsl:call-template>
        <xsl:if test="@valid = 0"><xsl:text>, </xsl:text><b><xsl:call-template name="t"><xsl:with-param name="id" select="'framework.lapsed'"/></xsl:call-template></b></xsl:if>
        <xsl:if test="@evidence"><br/><xsl:call-template name="t"><xsl:with-param name="id" select="'framework.evidence'"/></xsl:call-template><bdi><xsl:value-of select="@evidence"/></bdi></xsl:if>
        <xsl:if test="@note"><br/><xsl:call-template name="t"><xsl:with-param name="id" select="'framework.note'"/></xsl:call-template><bdi><xsl:value-of select="@note"/></bdi></xsl:if>
    </span></xsl:if></li>
</xsl:template>
</xsl:stylesheet>
