<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Part of report.xsl: every measure with its checks, all risks, and how the grade is worked out. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template match="measures">
  <section class="chapter measures">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'measures'"/></xsl:call-template>
    <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'measures.intro'"/></xsl:call-template></p>
    <xsl:choose>
      <xsl:when test="measure"><ol class="measures"><xsl:apply-templates select="measure"/></ol></xsl:when>
      <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'finding.none'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
    <xsl:call-template name="rest"><xsl:with-param name="of" select="."/></xsl:call-template>
    <xsl:if test="count(/report/risks/risk) &gt; 3">
      <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'risks.more'"/></xsl:call-template></h3>
      <dl class="risks-more"><xsl:for-each select="/report/risks/risk[position() &gt; 3]"><dt><xsl:value-of select="title"/></dt><dd><xsl:value-of select="text"/></dd></xsl:for-each></dl>
    </xsl:if>
  </section>
</xsl:template>

<xsl:template match="measures/measure">
  <li id="measure-{position()}">
    <h3><xsl:value-of select="title"/></h3>
    <p><xsl:value-of select="how"/></p>
    <p class="meta"><span><xsl:call-template name="t"><xsl:with-param name="id" select="'table.effort'"/></xsl:call-template><xsl:call-template name="t"><xsl:with-param name="id" select="'blind.colon'"/></xsl:call-template><xsl:call-template name="effort"/></span><xsl:text> </xsl:text>
      <span><xsl:call-template name="t"><xsl:with-param name="id" select="'table.effect'"/></xsl:call-template><xsl:call-template name="t"><xsl:with-param name="id" select="'blind.colon'"/></xsl:call-template><xsl:call-template name="effect"/></span><xsl:text> </xsl:text>
      <span><xsl:call-template name="tf"><xsl:with-param name="id" select="'measures.findings'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@findings)"/></xsl:call-template></xsl:with-param>
        <xsl:with-param name="b" select="@checks"/></xsl:call-template></span></p>
    <xsl:if test="check"><ul class="checks"><xsl:for-each select="check">
      <li><xsl:if test="not(@severity = 'critical' or @severity = 'high')"><xsl:attribute name="class">lesser</xsl:attribute></xsl:if><xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template><xsl:text> </xsl:text>
        <a href="#check-{@no}"><xsl:value-of select="@title"/></a><xsl:text> </xsl:text><span class="of"><xsl:call-template name="tf"><xsl:with-param name="id" select="'summary.subjects'"/>
          <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@fail)"/></xsl:call-template></xsl:with-param></xsl:call-template></span></li>
    </xsl:for-each></ul></xsl:if>
    <xsl:variable name="lesser" select="count(check[not(@severity = 'critical' or @severity = 'high')])"/>
    <xsl:if test="$lesser &gt; 0"><p class="more on-paper"><xsl:call-template name="tf"><xsl:with-param name="id" select="'measures.paper'"/><xsl:with-param name="a" select="$lesser"/></xsl:call-template></p></xsl:if>
  </li>
</xsl:template>

<!-- The same numbers as in report/README.md. -->
<xsl:template name="method">
  <xsl:if test="$graded">
    <section class="chapter method">
      <xsl:call-template name="h2"><xsl:with-param name="id" select="'method'"/></xsl:call-template>
      <ol><xsl:for-each select="messages/m[starts-with(@id, 'method.')]"><li><xsl:value-of select="."/></li></xsl:for-each></ol>
    </section>
  </xsl:if>
</xsl:template>

</xsl:stylesheet>
