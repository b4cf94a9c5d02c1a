<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Files as evidence: policies, kits, images, hives; what came of each, and those that could not be read. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template match="files">
  <h3 id="files"><xsl:call-template name="t"><xsl:with-param name="id" select="'files.title'"/></xsl:call-template></h3>
  <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'files.intro'"/></xsl:call-template></p>
  <div class="scroll"><table>
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'files.origin'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'files.host'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'files.made'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'files.count'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'files.decoded'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'files.problems'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
    </tr></thead>
    <tbody><xsl:for-each select="origin"><tr>
      <th scope="row"><bdi><xsl:value-of select="@origin"/></bdi>
        <xsl:if test="@kind"><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('files.kind.', @kind)"/><xsl:with-param name="or" select="@kind"/></xsl:call-template></span></xsl:if></th>
      <td><bdi><xsl:value-of select="@host"/></bdi>
        <xsl:if test="@reason"><bdi><xsl:value-of select="@computer"/></bdi><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('files.reason.', @reason)"/><xsl:with-param name="or" select="@reason"/></xsl:call-template></span></xsl:if></td>
      <td class="when"><xsl:value-of select="@made_at"/></td>
      <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@files"/></xsl:call-template></td>
      <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@decoded"/></xsl:call-template></td>
      <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@problems"/></xsl:call-template></td>
    </tr></xsl:for-each></tbody>
  </table></div>
  <xsl:call-template name="rest"><xsl:with-param name="of" select="."/></xsl:call-template>
  <xsl:if test="problems/file">
    <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'files.bad'"/></xsl:call-template></h3>
    <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'files.bad.intro'"/></xsl:call-template></p>
    <div class="scroll"><table>
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'files.path'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'files.origin'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.problem'"/></xsl:call-template>
      </tr></thead>
      <tbody><xsl:for-each select="problems/file"><tr>
        <th scope="row"><bdi><xsl:value-of select="@path"/></bdi></th>
        <td><bdi><xsl:value-of select="@origin"/></bdi></td>
        <td><xsl:call-template name="t"><xsl:with-param name="id" select="concat('files.state.', @state)"/><xsl:with-param name="or" select="@state"/></xsl:call-template>
          <xsl:if test="@detail"><span class="key"><bdi><xsl:value-of select="@detail"/></bdi></span></xsl:if></td>
      </tr></xsl:for-each></tbody>
    </table></div>
    <xsl:call-template name="rest"><xsl:with-param name="of" select="problems"/></xsl:call-template>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
