<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Part of report.xsl: the charts (report/chart.h), written down as they were computed. One template chart-NAME each; nothing where there is no such chart.
     The drawing is an image with a title and the numbers in sentences; the same stands in a table beneath it (of trend and reset the section has one). -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<!-- what belongs into the technical reader's overview -->
<xsl:template name="chart-overview">
  <xsl:call-template name="chart-themes"/>
  <xsl:call-template name="chart-laps"/>
  <xsl:call-template name="chart-mfa"/>
</xsl:template>

<!-- who rules what, and how old passwords are: a section of its own -->
<xsl:template name="chart-access">
  <xsl:if test="/report/charts/chart[@name = 'paths' or @name = 'ages']">
    <section class="chapter access">
      <xsl:call-template name="h2"><xsl:with-param name="id" select="'access'"/></xsl:call-template>
      <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'chart.access.intro'"/></xsl:call-template></p>
      <xsl:call-template name="chart-paths"/>
      <xsl:call-template name="chart-ages"/>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="chart-themes"><xsl:apply-templates select="/report/charts/chart[@name = 'themes']"/></xsl:template>
<xsl:template name="chart-laps"><xsl:apply-templates select="/report/charts/chart[@name = 'laps']"/></xsl:template>
<xsl:template name="chart-mfa"><xsl:apply-templates select="/report/charts/chart[@name = 'mfa']"/></xsl:template>
<xsl:template name="chart-ages"><xsl:apply-templates select="/report/charts/chart[@name = 'ages']"/></xsl:template>
<xsl:template name="chart-clusters"><xsl:apply-templates select="/report/charts/chart[@name = 'clusters']"/></xsl:template>
<xsl:template name="chart-paths"><xsl:apply-templates select="/report/charts/chart[@name = 'paths']"/></xsl:template>
<xsl:template name="chart-reset"><xsl:apply-templates select="/report/charts/chart[@name = 'reset']"/></xsl:template>

<xsl:template match="charts/chart">
  <xsl:variable name="id" select="concat('chart-', @name, '-', /report/@lang)"/>
  <figure class="chart">
    <figcaption><xsl:value-of select="title"/></figcaption>
    <xsl:if test="@height &gt; 0"><div class="scroll"><svg viewBox="0 0 {@width} {@height}" role="img" aria-labelledby="{$id}-title {$id}-desc">
      <title id="{$id}-title"><xsl:value-of select="title"/></title>
      <desc id="{$id}-desc"><xsl:for-each select="desc"><xsl:if test="position() &gt; 1"><xsl:text> </xsl:text></xsl:if><xsl:value-of select="."/></xsl:for-each></desc>
      <xsl:apply-templates select="shapes/*" mode="shape"/>
    </svg></div></xsl:if>
    <xsl:if test="legend/key"><ul class="legend"><xsl:for-each select="legend/key">
      <li><svg class="key-sample" viewBox="0 0 24 12" aria-hidden="true"><xsl:apply-templates select="rect | path" mode="shape"/></svg><xsl:text> </xsl:text><xsl:value-of select="text"/></li>
    </xsl:for-each></ul></xsl:if>
    <xsl:for-each select="note"><p class="note"><xsl:value-of select="."/></p></xsl:for-each>
    <xsl:apply-templates select="table[row and ../@name != 'trend']"/>
  </figure>
</xsl:template>

<xsl:template match="rect | circle | path" mode="shape">
  <xsl:element name="{name()}"><xsl:copy-of select="@*"/><xsl:if test="title"><title><xsl:value-of select="title"/></title></xsl:if></xsl:element>
</xsl:template>

<xsl:template match="label" mode="shape">
  <text x="{@x}" y="{@y}" class="{@class}" text-anchor="{@anchor}"><xsl:if test="title"><title><xsl:value-of select="title"/></title></xsl:if><xsl:value-of select="text"/></text>
</xsl:template>

<xsl:template match="chart/table">
  <details class="chart-table"><summary><xsl:call-template name="t"><xsl:with-param name="id" select="'chart.table'"/></xsl:call-template></summary>
    <div class="scroll"><table>
      <thead><tr><xsl:for-each select="row[1]/cell"><th scope="col"><xsl:if test="@n"><xsl:attribute name="class">n</xsl:attribute></xsl:if><xsl:value-of select="."/></th></xsl:for-each></tr></thead>
      <tbody><xsl:for-each select="row[position() &gt; 1]"><tr>
        <th scope="row"><bdi><xsl:value-of select="cell[1]"/></bdi></th>
        <xsl:for-each select="cell[position() &gt; 1]"><td><xsl:if test="@n"><xsl:attribute name="class">n</xsl:attribute></xsl:if><bdi><xsl:value-of select="."/></bdi></td></xsl:for-each>
      </tr></xsl:for-each></tbody>
    </table></div>
  </details>
</xsl:template>

</xsl:stylesheet>
