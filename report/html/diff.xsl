<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- diff.html: the section on progress as a page. Every value is escaped by construction. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>
<xsl:include href="words.xsl"/>
<xsl:include href="progress.xsl"/>
<xsl:strip-space elements="*"/>
<xsl:preserve-space elements="title reason remark style"/>

<xsl:template match="/report">
<html lang="{@lang}">
<head>
  <meta http-equiv="Content-Security-Policy">
    <xsl:attribute name="content">default-src 'none'; style-src 'sha256-<xsl:value-of select="style/@sha256"/>'; base-uri 'none'; form-action 'none'</xsl:attribute>
  </meta>
  <meta name="viewport" content="width=device-width, initial-scale=1"/>
  <meta name="color-scheme" content="light dark"/>
  <meta name="referrer" content="no-referrer"/>
  <meta name="generator" content="Kagimori"/>
  <title><xsl:call-template name="p"><xsl:with-param name="id" select="'title'"/></xsl:call-template> — <xsl:call-template name="organisation"/></title>
  <style><xsl:value-of select="style"/></style>
</head>
<body>
  <header class="band">
    <p class="mark">Kagimori 鍵守</p>
    <h1><xsl:call-template name="p"><xsl:with-param name="id" select="'title'"/></xsl:call-template></h1>
    <p class="organisation"><bdi><xsl:call-template name="organisation"/></bdi></p>
    <p class="date"><span class="confidential"><xsl:call-template name="t"><xsl:with-param name="id" select="'report.confidential'"/></xsl:call-template></span></p>
  </header>
  <main class="main diff-page">
    <xsl:apply-templates select="progress" mode="section"/>
  </main>
</body>
</html>
</xsl:template>

</xsl:stylesheet>
