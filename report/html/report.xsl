<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- The model (report/model.h) as one HTML page. Every value is escaped by construction: disable-output-escaping is not
     used. No style attributes, which the content security policy would refuse: widths are attributes of SVG shapes. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>
<xsl:include href="words.xsl"/>
<xsl:include href="cover.xsl"/>
<xsl:include href="overview.xsl"/>
<xsl:include href="measures.xsl"/>
<xsl:include href="progress.xsl"/>
<xsl:include href="findings.xsl"/>
<xsl:include href="scope.xsl"/>
<xsl:include href="hosts.xsl"/>
<xsl:include href="files.xsl"/>
<xsl:include href="appendix.xsl"/>
<xsl:include href="policies.xsl"/>
<xsl:include href="records.xsl"/>
<xsl:include href="mfa.xsl"/>
<xsl:include href="question.xsl"/>
<xsl:include href="reset.xsl"/>
<xsl:include href="framework.xsl"/>
<xsl:include href="chart.xsl"/>
<xsl:strip-space elements="*"/>
<xsl:preserve-space elements="pre p code style script"/>
<xsl:variable name="report" select="/report"/>
<xsl:variable name="failed" select="/report/checks/check[@fail &gt; 0]"/>
<xsl:variable name="open" select="/report/checks/check[@unknown &gt; 0 or @error &gt; 0]"/>

<xsl:template name="severity">
  <xsl:param name="of"/>
  <span class="badge {$of}"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('severity.', $of)"/>
    <xsl:with-param name="or" select="$of"/></xsl:call-template></span>
</xsl:template>

<xsl:template name="h2">
  <xsl:param name="id"/>
  <h2 id="{$id}"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('section.', $id)"/></xsl:call-template></h2>
</xsl:template>

<xsl:template name="state">
  <xsl:choose>
    <xsl:when test="$failed[@severity = 'critical']">critical</xsl:when>
    <xsl:when test="$failed[@severity = 'high']">high</xsl:when>
    <xsl:when test="$failed">some</xsl:when>
    <xsl:when test="$open">unclear</xsl:when>
    <xsl:otherwise>clear</xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- the page -->
<xsl:template match="/report">
<html lang="{@lang}">
<head>
  <meta http-equiv="Content-Security-Policy">
    <xsl:attribute name="content">default-src 'none'; style-src 'sha256-<xsl:value-of select="style/@sha256"/>'; <xsl:if test="script">script-src 'sha256-<xsl:value-of select="script/@sha256"/>'; </xsl:if>base-uri 'none'; form-action 'none'</xsl:attribute>
  </meta>
  <meta name="viewport" content="width=device-width, initial-scale=1"/>
  <meta name="color-scheme" content="light dark"/>
  <meta name="referrer" content="no-referrer"/>
  <meta name="generator" content="Kagimori"/>
  <title><xsl:call-template name="t"><xsl:with-param name="id" select="'report.title'"/></xsl:call-template> — <xsl:call-template name="organisation"/><xsl:if test="@both"> (日本語 / English)</xsl:if></title>
  <style><xsl:value-of select="style"/></style>
</head>
<body>
  <xsl:choose>
    <xsl:when test="@both">
      <nav class="languages" aria-label="言語 / Language"><a href="#ja" lang="ja" hreflang="ja">日本語</a><xsl:text> </xsl:text><a href="#en" lang="en" hreflang="en">English</a></nav>
      <main class="languages-of"><div class="language" id="{@lang}" lang="{@lang}" data-page=""><xsl:call-template name="page"/></div></main>
    </xsl:when>
    <xsl:otherwise><xsl:call-template name="page"/></xsl:otherwise>
  </xsl:choose>
  <xsl:if test="script"><script><xsl:value-of select="script"/></script></xsl:if>
</body>
</html>
</xsl:template>

<!-- The page in one language. Where there are two, <main> is both of them (a document has one), and the technical part of each is a region. -->
<xsl:template name="page">
  <a class="skip" href="#contents"><xsl:call-template name="t"><xsl:with-param name="id" select="'report.skip'"/></xsl:call-template></a>
  <xsl:call-template name="cover"/>
  <xsl:choose>
    <xsl:when test="@both"><div class="main" role="region" aria-labelledby="overview"><xsl:call-template name="technical"/></div></xsl:when>
    <xsl:otherwise><main class="main"><xsl:call-template name="technical"/></main></xsl:otherwise>
  </xsl:choose>
  <footer>
    <p><xsl:call-template name="t"><xsl:with-param name="id" select="'report.readonly'"/></xsl:call-template></p>
  </footer>
</xsl:template>

<xsl:template name="technical">
    <xsl:call-template name="contents"/>
    <xsl:call-template name="overview"/>
    <xsl:apply-templates select="measures"/>
    <xsl:call-template name="reading"/>
    <xsl:call-template name="method"/>
    <xsl:apply-templates select="reset[@draft = 0]"/>
    <xsl:call-template name="progress"/>
    <div class="results">
      <xsl:call-template name="tools"/>
      <xsl:call-template name="findings"/>
      <xsl:call-template name="unknown"/>
      <xsl:call-template name="waivers"/>
    </div>
    <xsl:call-template name="chart-access"/>
    <xsl:call-template name="administrators"/>
    <xsl:apply-templates select="mfa"/>
    <xsl:apply-templates select="questions"/>
    <xsl:apply-templates select="records"/>
    <xsl:apply-templates select="policies"/>
    <xsl:apply-templates select="reset[@draft = 1]"/>
    <xsl:apply-templates select="frameworks"/>
    <xsl:call-template name="passed"/>
    <xsl:call-template name="scope"/>
    <xsl:call-template name="all"/>
</xsl:template>

<xsl:template name="contents">
  <nav aria-labelledby="contents">
    <h2 id="contents"><xsl:call-template name="t"><xsl:with-param name="id" select="'report.contents'"/></xsl:call-template></h2>
    <ol>
      <xsl:for-each select="/report/messages/m[starts-with(@id, 'section.') and @id != 'section.summary' and (/report/measures or (@id != 'section.measures' and @id != 'section.method'))
          and (@id != 'section.access' or /report/charts/chart[@name = 'paths' or @name = 'ages'])
          and (@id != 'section.administrators' or /report/administrators/@hosts &gt; 0) and (@id != 'section.policies' or /report/policies) and (@id != 'section.records' or /report/records) and (@id != 'section.frameworks' or /report/frameworks)
          and (@id != 'section.progress' or /report/progress or /report/trend/run) and (@id != 'section.mfa' or /report/mfa) and (@id != 'section.questions' or /report/questions)]">
        <xsl:if test="(@id = 'section.frameworks' or (@id = 'section.passed' and not(/report/frameworks))) and /report/reset/@draft = 1"><li><a href="#reset"><xsl:call-template name="reset-title"/></a></li></xsl:if>
        <li><a href="#{substring-after(@id, 'section.')}"><xsl:value-of select="."/></a></li>
        <xsl:if test="((@id = 'section.method' and /report/measures) or (@id = 'section.reading' and not(/report/measures))) and /report/reset/@draft = 0"><li><a href="#reset"><xsl:call-template name="reset-title"/></a></li></xsl:if>
      </xsl:for-each>
    </ol>
  </nav>
</xsl:template>

</xsl:stylesheet>
