<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Part of the section "scope": with what others can repeat or check the audit. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template match="appendix">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'appendix.title'"/></xsl:call-template></h3>
  <dl class="info digest">
    <dt><xsl:call-template name="t"><xsl:with-param name="id" select="'appendix.checks'"/></xsl:call-template></dt><dd><xsl:call-template name="number"><xsl:with-param name="n" select="/report/@checks"/></xsl:call-template></dd>
    <xsl:for-each select="/report/info[@name = 'schema_version' or @name = 'views' or @name = 'time_zone']">
      <dt><xsl:call-template name="t"><xsl:with-param name="id" select="concat('appendix.', @name)"/></xsl:call-template></dt><dd><bdi><xsl:value-of select="."/></bdi></dd></xsl:for-each>
    <dt><xsl:call-template name="t"><xsl:with-param name="id" select="'appendix.evidence'"/></xsl:call-template></dt>
    <dd><xsl:choose>
      <xsl:when test="evidence"><code><xsl:value-of select="evidence/@sha256"/></code><span class="key"><bdi><xsl:value-of select="evidence/@name"/></bdi>, <xsl:call-template name="tf"><xsl:with-param name="id" select="'appendix.bytes'"/>
        <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="evidence/@bytes"/></xsl:call-template></xsl:with-param></xsl:call-template></span></xsl:when>
      <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'appendix.evidence.none'"/></xsl:call-template></xsl:otherwise></xsl:choose></dd>
  </dl>
  <xsl:if test="options/option">
    <details><summary><xsl:call-template name="tf"><xsl:with-param name="id" select="'appendix.options'"/><xsl:with-param name="a" select="count(options/option) + options/@rest"/></xsl:call-template></summary>
      <div class="scroll"><table class="options">
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'appendix.option'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'appendix.value'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'table.checks'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'appendix.such'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="options/option"><tr>
          <th scope="row"><code><xsl:value-of select="@name"/></code></th>
          <td><bdi><xsl:value-of select="@value"/></bdi></td>
          <td class="n"><xsl:value-of select="@checks"/></td>
          <td><code><xsl:value-of select="@first"/></code></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:call-template name="rest"><xsl:with-param name="of" select="options"/></xsl:call-template></details>
  </xsl:if>
  <xsl:if test="artifacts/artifact">
    <details><summary><xsl:call-template name="tf"><xsl:with-param name="id" select="'appendix.files'"/><xsl:with-param name="a" select="format-number(count(artifacts/artifact) + artifacts/@rest, '#,##0')"/></xsl:call-template></summary>
      <div class="scroll"><table class="digest">
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'files.path'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'files.origin'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'appendix.size'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <th scope="col">SHA-256</th>
        </tr></thead>
        <tbody><xsl:for-each select="artifacts/artifact"><tr>
          <th scope="row"><bdi><xsl:value-of select="@path"/></bdi></th>
          <td><bdi><xsl:value-of select="@origin"/></bdi></td>
          <td class="n"><xsl:if test="@bytes"><xsl:call-template name="number"><xsl:with-param name="n" select="@bytes"/></xsl:call-template></xsl:if></td>
          <td><code><xsl:value-of select="@sha256"/></code></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:if test="artifacts/@rest &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'appendix.rest'"/><xsl:with-param name="a" select="format-number(artifacts/@rest, '#,##0')"/></xsl:call-template></p></xsl:if></details>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
