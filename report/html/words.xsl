<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Words of the catalogue, numbers, and what every page has. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:key name="m" match="messages/m" use="@id"/>

<xsl:template name="t">
  <xsl:param name="id"/>
  <xsl:param name="or" select="$id"/>
  <xsl:choose>
    <xsl:when test="key('m', $id)"><xsl:value-of select="key('m', $id)"/></xsl:when>
    <xsl:otherwise><bdi><xsl:value-of select="$or"/></bdi></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="tf">
  <xsl:param name="id"/>
  <xsl:param name="a"/>
  <xsl:param name="b"/>
  <xsl:variable name="one" select="key('m', concat($id, '.one'))[string($a) = '1']"/>
  <xsl:variable name="text" select="$one | key('m', $id)[not($one)]"/>
  <xsl:call-template name="fill"><xsl:with-param name="text" select="string($text)"/>
    <xsl:with-param name="a" select="$a"/><xsl:with-param name="b" select="$b"/></xsl:call-template>
</xsl:template>

<xsl:template name="fill">
  <xsl:param name="text"/>
  <xsl:param name="a"/>
  <xsl:param name="b"/>
  <xsl:choose>
    <xsl:when test="contains($text, '{')">
      <xsl:value-of select="substring-before($text, '{')"/>
      <xsl:choose>
        <xsl:when test="starts-with(substring-after($text, '{'), '1')"><xsl:value-of select="$a"/></xsl:when>
        <xsl:otherwise><xsl:value-of select="$b"/></xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="fill"><xsl:with-param name="text" select="substring-after($text, '}')"/>
        <xsl:with-param name="a" select="$a"/><xsl:with-param name="b" select="$b"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise><xsl:value-of select="$text"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="number">
  <xsl:param name="n"/>
  <xsl:choose>
    <xsl:when test="$n = ''">0</xsl:when>
    <xsl:otherwise><xsl:value-of select="format-number($n, '#,##0')"/></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="th">
  <xsl:param name="id"/>
  <xsl:param name="class"/>
  <th scope="col"><xsl:if test="$class"><xsl:attribute name="class"><xsl:value-of select="$class"/></xsl:attribute></xsl:if>
    <xsl:call-template name="t"><xsl:with-param name="id" select="$id"/></xsl:call-template></th>
</xsl:template>

<xsl:template name="organisation">
  <xsl:choose>
    <xsl:when test="info[@name = concat('organisation_', /report/@lang)]">
      <xsl:for-each select="info[@name = concat('organisation_', /report/@lang)]"><xsl:value-of select="."/><xsl:value-of select="@value"/></xsl:for-each></xsl:when>
    <xsl:otherwise><xsl:for-each select="info[starts-with(@name, 'organisation_')][1]"><xsl:value-of select="."/><xsl:value-of select="@value"/></xsl:for-each></xsl:otherwise>
  </xsl:choose>
</xsl:template>

</xsl:stylesheet>
