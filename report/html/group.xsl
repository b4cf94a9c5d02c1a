<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Several sites side by side, then a page a site (model: report/group/group_html.c). Escaped by construction, no style attributes, no script. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:output method="html" encoding="UTF-8" indent="no" doctype-system="about:legacy-compat"/>
<xsl:include href="words.xsl"/>
<xsl:include href="chart.xsl"/>
<xsl:strip-space elements="*"/>
<xsl:preserve-space elements="style"/>

<xsl:template name="w"><xsl:param name="id"/><xsl:call-template name="t"><xsl:with-param name="id" select="concat('group.', $id)"/></xsl:call-template></xsl:template>
<!-- chart.xsl has sections of the report of one site, which this page does not use -->
<xsl:template name="h2"><xsl:param name="id"/></xsl:template>
<xsl:template name="h"><xsl:param name="id"/><h3><xsl:call-template name="w"><xsl:with-param name="id" select="$id"/></xsl:call-template></h3></xsl:template>

<xsl:template name="severity">
  <xsl:param name="of"/>
  <span class="badge {$of}"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('severity.', $of)"/><xsl:with-param name="or" select="$of"/></xsl:call-template></span>
</xsl:template>

<xsl:template name="letter">
  <xsl:param name="of"/>
  <xsl:param name="class"/>
  <xsl:choose>
    <xsl:when test="$of/@grade and $of/@grade != '-'"><span class="grade {$of/@grade}{$class}"><xsl:value-of select="$of/@grade"/></span></xsl:when>
    <xsl:otherwise><span class="grade{$class}"><xsl:text>–</xsl:text></span></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="seen">
  <xsl:param name="of"/>
  <xsl:if test="$of/@seen"><span class="seen"><xsl:call-template name="tf"><xsl:with-param name="id" select="'group.seen'"/><xsl:with-param name="a" select="$of/@seen"/></xsl:call-template></span></xsl:if>
</xsl:template>

<xsl:template name="effort">
  <xsl:call-template name="t"><xsl:with-param name="id" select="concat('group.effort.', @effort)"/><xsl:with-param name="or" select="string(@effort)"/></xsl:call-template>
</xsl:template>

<xsl:template name="rest">
  <xsl:param name="id" select="'group.rest'"/>
  <xsl:if test="@rest &gt; 0"><p class="note"><xsl:call-template name="tf"><xsl:with-param name="id" select="$id"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@rest"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
</xsl:template>

<xsl:template name="title">
  <xsl:call-template name="tf"><xsl:with-param name="id"><xsl:choose><xsl:when test="@sites = 1">group.title.one</xsl:when><xsl:otherwise>group.title</xsl:otherwise></xsl:choose></xsl:with-param><xsl:with-param name="a" select="@sites"/></xsl:call-template>
</xsl:template>

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
  <title><xsl:call-template name="title"/><xsl:if test="@both"> (日本語 / English)</xsl:if></title>
  <style><xsl:value-of select="style"/></style>
</head>
<body>
  <xsl:choose>
    <xsl:when test="@both">
      <nav class="languages" aria-label="言語 / Language"><a href="#ja" lang="ja" hreflang="ja">日本語</a><xsl:text> </xsl:text><a href="#en" lang="en" hreflang="en">English</a></nav>
      <main><div class="language" id="{@lang}" lang="{@lang}" data-page=""><xsl:call-template name="page"/></div></main>
    </xsl:when>
    <xsl:otherwise><xsl:call-template name="page"/></xsl:otherwise>
  </xsl:choose>
</body>
</html>
</xsl:template>

<!-- The page in one language; where there are two, <main> is both of them. -->
<xsl:template name="page">
  <header class="band">
    <p class="mark">Kagimori 鍵守</p>
    <h1><xsl:call-template name="title"/></h1>
    <p class="confidential"><xsl:call-template name="w"><xsl:with-param name="id"><xsl:choose><xsl:when test="@redacted = 1">redacted</xsl:when><xsl:otherwise>confidential</xsl:otherwise></xsl:choose></xsl:with-param></xsl:call-template></p>
  </header>
  <xsl:choose>
    <xsl:when test="@both"><div class="page"><xsl:call-template name="content"/></div></xsl:when>
    <xsl:otherwise><main class="page"><xsl:call-template name="content"/></main></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="content">
    <p class="intro"><xsl:call-template name="w"><xsl:with-param name="id" select="'intro'"/></xsl:call-template></p>
    <xsl:call-template name="verdict"/>
    <xsl:call-template name="compare"/>
    <xsl:call-template name="progress"/>
    <xsl:call-template name="worst"/>
    <xsl:call-template name="help"/>
    <xsl:call-template name="blind"/>
    <xsl:call-template name="trends"/>
    <xsl:apply-templates select="site"/>
    <p class="footer"><xsl:call-template name="t"><xsl:with-param name="id" select="'report.readonly'"/></xsl:call-template></p>
</xsl:template>

<!-- sites by themes -->
<xsl:template name="compare">
  <section aria-labelledby="compare">
    <h3 id="compare"><xsl:call-template name="w"><xsl:with-param name="id" select="'compare'"/></xsl:call-template></h3>
    <div class="scroll"><table class="compare">
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'group.site'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'group.all'"/><xsl:with-param name="class" select="'c'"/></xsl:call-template>
        <xsl:for-each select="themes/theme"><th scope="col" class="c"><xsl:value-of select="@title"/></th></xsl:for-each>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'group.critical'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'group.high'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      </tr></thead>
      <tbody><xsl:for-each select="site">
        <xsl:variable name="site" select="."/>
        <tr>
          <th scope="row"><a href="#site-{@no}"><bdi><xsl:value-of select="@name"/></bdi></a><span class="key"><xsl:value-of select="@audited_at"/></span>
            <xsl:if test="@weakest"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'group.weakest'"/><xsl:with-param name="a" select="@weakest"/></xsl:call-template></span></xsl:if></th>
          <td class="c"><xsl:call-template name="letter"><xsl:with-param name="of" select="."/></xsl:call-template><xsl:call-template name="seen"><xsl:with-param name="of" select="."/></xsl:call-template></td>
          <xsl:for-each select="/report/themes/theme">
            <xsl:variable name="grade" select="$site/grades/grade[@id = current()/@id]"/>
            <td class="c"><xsl:call-template name="letter"><xsl:with-param name="of" select="$grade"/></xsl:call-template><xsl:call-template name="seen"><xsl:with-param name="of" select="$grade"/></xsl:call-template></td>
          </xsl:for-each>
          <td class="n"><xsl:if test="@critical &gt; 0"><xsl:attribute name="class">n hot</xsl:attribute></xsl:if><xsl:call-template name="number"><xsl:with-param name="n" select="@critical"/></xsl:call-template></td>
          <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@high"/></xsl:call-template></td>
        </tr>
      </xsl:for-each></tbody>
    </table></div>
    <xsl:call-template name="profiles"/>
    <xsl:if test="themes/theme"><p class="note"><xsl:call-template name="w"><xsl:with-param name="id" select="'grades'"/></xsl:call-template></p></xsl:if>
  </section>
</xsl:template>

<!-- grades by different checks do not compare -->
<xsl:template name="profiles">
  <xsl:if test="site[string(@profile) != string(/report/site[1]/@profile)]">
    <p class="note"><xsl:call-template name="tf"><xsl:with-param name="id" select="'group.profiles'"/><xsl:with-param name="a">
      <xsl:for-each select="site">
        <xsl:if test="position() &gt; 1"><xsl:call-template name="w"><xsl:with-param name="id" select="'profiles.next'"/></xsl:call-template></xsl:if>
        <xsl:call-template name="tf"><xsl:with-param name="id" select="'group.profiles.of'"/><xsl:with-param name="a" select="@name"/><xsl:with-param name="b">
          <xsl:choose>
            <xsl:when test="@profile"><xsl:value-of select="@profile"/></xsl:when>
            <xsl:otherwise><xsl:call-template name="w"><xsl:with-param name="id" select="'profiles.all'"/></xsl:call-template></xsl:otherwise>
          </xsl:choose></xsl:with-param></xsl:call-template>
      </xsl:for-each></xsl:with-param></xsl:call-template></p>
  </xsl:if>
</xsl:template>

<xsl:template name="places">
  <xsl:choose>
    <xsl:when test="@sites = /report/@sites"><xsl:call-template name="w"><xsl:with-param name="id" select="'everywhere'"/></xsl:call-template></xsl:when>
    <xsl:otherwise>
      <bdi><xsl:value-of select="@places"/></bdi><xsl:text> </xsl:text>
      <span class="of"><xsl:call-template name="tf"><xsl:with-param name="id" select="'group.of'"/><xsl:with-param name="a" select="@sites"/><xsl:with-param name="b" select="/report/@sites"/></xsl:call-template></span>
    </xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="worst">
  <section>
    <xsl:call-template name="h"><xsl:with-param name="id" select="'worst'"/></xsl:call-template>
    <xsl:choose>
      <xsl:when test="worst/check">
        <div class="scroll"><table>
          <thead><tr>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'group.severity'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'group.requirement'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'group.places'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'group.subjects'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          </tr></thead>
          <tbody><xsl:for-each select="worst/check"><tr>
            <td><xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template></td>
            <th scope="row"><xsl:value-of select="@title"/></th>
            <td><xsl:call-template name="places"/></td>
            <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@subjects"/></xsl:call-template></td>
          </tr></xsl:for-each></tbody>
        </table></div>
        <xsl:for-each select="worst"><xsl:call-template name="rest"/></xsl:for-each>
      </xsl:when>
      <xsl:otherwise><p><xsl:call-template name="w"><xsl:with-param name="id" select="'worst.none'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
  </section>
</xsl:template>

<xsl:template name="help">
  <xsl:if test="help/measure">
    <section>
      <xsl:call-template name="h"><xsl:with-param name="id" select="'help'"/></xsl:call-template>
      <div class="scroll"><table>
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'group.measure'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'group.effort'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'group.effect'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'group.places'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="help/measure"><tr>
          <th scope="row"><xsl:value-of select="@title"/></th>
          <td><xsl:call-template name="effort"/></td>
          <td class="n"><xsl:value-of select="@effect"/>%</td>
          <td><xsl:call-template name="places"/></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <p class="note"><xsl:call-template name="w"><xsl:with-param name="id" select="'effect.note'"/></xsl:call-template></p>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="fraction">
  <xsl:param name="a"/>
  <xsl:param name="b"/>
  <xsl:call-template name="tf"><xsl:with-param name="id" select="'group.fraction'"/>
    <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="string($a)"/></xsl:call-template></xsl:with-param>
    <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="string($b)"/></xsl:call-template></xsl:with-param></xsl:call-template>
</xsl:template>

<xsl:template name="blind">
  <section class="blind">
    <xsl:call-template name="h"><xsl:with-param name="id" select="'blind'"/></xsl:call-template>
    <p class="note"><xsl:call-template name="w"><xsl:with-param name="id" select="'blind.text'"/></xsl:call-template></p>
    <div class="scroll"><table>
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'group.site'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'group.blind.checks'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'group.blind.questions'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'group.blind.hosts'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:if test="site/@missing"><xsl:call-template name="th"><xsl:with-param name="id" select="'group.blind.shards'"/></xsl:call-template></xsl:if>
      </tr></thead>
      <tbody><xsl:for-each select="site"><tr>
        <th scope="row"><bdi><xsl:value-of select="@name"/></bdi></th>
        <td class="n"><xsl:call-template name="fraction"><xsl:with-param name="a" select="@unknown"/><xsl:with-param name="b" select="@checks"/></xsl:call-template></td>
        <td class="n"><xsl:value-of select="@questions"/></td>
        <td class="n"><xsl:call-template name="fraction"><xsl:with-param name="a" select="@answered"/><xsl:with-param name="b" select="@hosts"/></xsl:call-template></td>
        <xsl:if test="/report/site/@missing"><td><xsl:value-of select="@missing"/></td></xsl:if>
      </tr></xsl:for-each></tbody>
    </table></div>
  </section>
</xsl:template>

<!-- what moved since the earlier group file -->
<xsl:template name="moved-number">
  <xsl:param name="n"/>
  <xsl:param name="hot"/>
  <td class="n"><xsl:if test="$hot and $n &gt; 0"><xsl:attribute name="class">n hot</xsl:attribute></xsl:if><xsl:call-template name="number"><xsl:with-param name="n" select="string($n)"/></xsl:call-template></td>
</xsl:template>

<xsl:template name="progress">
  <xsl:if test="@compared = 1">
    <section class="progress">
      <xsl:call-template name="h"><xsl:with-param name="id" select="'progress'"/></xsl:call-template>
      <div class="scroll"><table>
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'group.site'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'group.progress.grade'"/><xsl:with-param name="class" select="'c'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'group.progress.new'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'group.progress.fixed'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'group.progress.hidden'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'group.progress.same'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'group.progress.judged'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'group.progress.other'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="site"><tr>
          <th scope="row"><a href="#site-{@no}"><bdi><xsl:value-of select="@name"/></bdi></a><xsl:if test="@before_at"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'group.progress.since'"/><xsl:with-param name="a" select="@before_at"/></xsl:call-template></span></xsl:if></th>
          <xsl:choose>
            <xsl:when test="@before_at">
              <td class="c"><xsl:call-template name="letters"/></td>
              <xsl:call-template name="moved-number"><xsl:with-param name="n" select="@n_new"/><xsl:with-param name="hot" select="true()"/></xsl:call-template>
              <xsl:call-template name="moved-number"><xsl:with-param name="n" select="@n_fixed"/></xsl:call-template>
              <xsl:call-template name="moved-number"><xsl:with-param name="n" select="@n_hidden"/></xsl:call-template>
              <xsl:call-template name="moved-number"><xsl:with-param name="n" select="@n_same"/></xsl:call-template>
              <xsl:call-template name="moved-number"><xsl:with-param name="n" select="@n_judged"/></xsl:call-template>
              <xsl:call-template name="moved-number"><xsl:with-param name="n" select="@n_other"/></xsl:call-template>
            </xsl:when>
            <xsl:otherwise><td colspan="7"><xsl:call-template name="w"><xsl:with-param name="id" select="'progress.first'"/></xsl:call-template></td></xsl:otherwise>
          </xsl:choose>
        </tr></xsl:for-each></tbody>
      </table></div>
      <p class="note"><xsl:call-template name="w"><xsl:with-param name="id" select="'progress.note'"/></xsl:call-template></p>
      <xsl:for-each select="left[site-left]"><p class="note"><xsl:call-template name="w"><xsl:with-param name="id" select="'progress.left'"/></xsl:call-template><xsl:text> </xsl:text>
        <xsl:for-each select="site-left"><xsl:if test="position() &gt; 1"> / </xsl:if><bdi><xsl:value-of select="@name"/></bdi></xsl:for-each></p><xsl:call-template name="rest"/></xsl:for-each>
    </section>
  </xsl:if>
</xsl:template>

<!-- the letter then and now -->
<xsl:template name="letters">
  <xsl:choose>
    <xsl:when test="@grade_before and @grade_before != '-'"><xsl:value-of select="@grade_before"/></xsl:when>
    <xsl:otherwise>–</xsl:otherwise>
  </xsl:choose>
  <xsl:text> → </xsl:text>
  <b><xsl:choose>
    <xsl:when test="@grade and @grade != '-'"><xsl:value-of select="@grade"/></xsl:when>
    <xsl:otherwise>–</xsl:otherwise>
  </xsl:choose></b>
</xsl:template>

<xsl:template name="trends">
  <xsl:if test="site/charts/chart">
    <section class="trends">
      <xsl:call-template name="h"><xsl:with-param name="id" select="'trends'"/></xsl:call-template>
      <xsl:for-each select="site[charts/chart]">
        <div class="trend"><p class="of-site"><b><bdi><xsl:value-of select="@name"/></bdi></b></p><xsl:apply-templates select="charts/chart"/></div>
      </xsl:for-each>
      <xsl:if test="site[not(charts/chart)]"><p class="note"><xsl:call-template name="w"><xsl:with-param name="id" select="'trends.short'"/></xsl:call-template><xsl:text> </xsl:text>
        <xsl:for-each select="site[not(charts/chart)]"><xsl:if test="position() &gt; 1"> / </xsl:if><bdi><xsl:value-of select="@name"/></bdi></xsl:for-each></p></xsl:if>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template match="new | hidden | fixed">
  <h3><xsl:call-template name="w"><xsl:with-param name="id" select="concat('progress.list.', name())"/></xsl:call-template></h3>
  <table class="moved"><tbody><xsl:for-each select="moved"><tr>
    <td><xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template></td>
    <td><xsl:value-of select="@title"/><span class="key"><bdi><xsl:value-of select="@name"/></bdi></span></td>
  </tr></xsl:for-each></tbody></table>
  <xsl:call-template name="rest"><xsl:with-param name="id" select="'group.progress.rest'"/></xsl:call-template>
</xsl:template>

<!-- one paragraph for who reads no table: where somebody may be inside, then which site is worst, why, what comes first -->
<xsl:template name="verdict">
  <xsl:if test="site[@inside = 1]">
    <section class="verdict"><p class="lead"><xsl:call-template name="tf"><xsl:with-param name="id" select="'group.inside'"/><xsl:with-param name="a">
      <xsl:for-each select="site[@inside = 1]"><xsl:if test="position() &gt; 1"><xsl:call-template name="w"><xsl:with-param name="id" select="'inside.next'"/></xsl:call-template></xsl:if><xsl:value-of select="@name"/></xsl:for-each></xsl:with-param></xsl:call-template></p></section>
  </xsl:if>
  <xsl:variable name="worst" select="site[@grade and @grade != '-'][1]"/>
  <xsl:variable name="like" select="site[@grade = $worst/@grade]"/>
  <xsl:if test="$worst and @sites &gt; 1">
    <section class="verdict">
      <xsl:choose>
        <xsl:when test="count($like) = @sites"><p class="lead"><xsl:call-template name="tf"><xsl:with-param name="id" select="'group.verdict.all'"/><xsl:with-param name="a" select="$worst/@grade"/><xsl:with-param name="b" select="$worst/@name"/></xsl:call-template></p></xsl:when>
        <xsl:otherwise><p class="lead"><xsl:call-template name="tf"><xsl:with-param name="id" select="'group.verdict.one'"/><xsl:with-param name="a" select="$worst/@name"/><xsl:with-param name="b" select="$worst/@grade"/></xsl:call-template></p></xsl:otherwise>
      </xsl:choose>
      <xsl:if test="$worst/@sentence"><p><xsl:value-of select="$worst/@sentence"/></p></xsl:if>
      <p><xsl:if test="$worst/@first"><xsl:call-template name="tf"><xsl:with-param name="id" select="'group.verdict.first'"/><xsl:with-param name="a" select="$worst/@first"/></xsl:call-template><xsl:text> </xsl:text></xsl:if>
      <xsl:if test="help/measure[1]/@title != $worst/@first"><xsl:call-template name="tf"><xsl:with-param name="id" select="'group.verdict.most'"/><xsl:with-param name="a" select="help/measure[1]/@title"/></xsl:call-template></xsl:if></p>
    </section>
  </xsl:if>
</xsl:template>

<!-- a page a site -->
<xsl:template name="fact">
  <xsl:param name="id"/>
  <xsl:param name="value"/>
  <xsl:if test="$value != ''"><div><dt><xsl:call-template name="w"><xsl:with-param name="id" select="$id"/></xsl:call-template></dt><dd><bdi><xsl:value-of select="$value"/></bdi></dd></div></xsl:if>
</xsl:template>

<xsl:template match="site">
  <section class="site" id="site-{@no}" aria-labelledby="site-{@no}-name">
    <div class="head">
      <xsl:call-template name="letter"><xsl:with-param name="of" select="."/><xsl:with-param name="class" select="' big'"/></xsl:call-template>
      <div>
        <h2 id="site-{@no}-name"><bdi><xsl:value-of select="@name"/></bdi></h2>
        <xsl:if test="@sentence"><p><xsl:value-of select="@sentence"/></p></xsl:if>
        <xsl:if test="not(@grade)"><p class="note"><xsl:call-template name="w"><xsl:with-param name="id" select="'ungraded'"/></xsl:call-template></p></xsl:if>
      </div>
    </div>
    <dl class="facts">
      <xsl:call-template name="fact"><xsl:with-param name="id" select="'audited'"/><xsl:with-param name="value" select="concat(@audited_at, ' ', /report/@zone)"/></xsl:call-template>
      <xsl:call-template name="fact"><xsl:with-param name="id" select="'domain'"/><xsl:with-param name="value" select="string(@domain)"/></xsl:call-template>
      <div><dt><xsl:call-template name="w"><xsl:with-param name="id" select="'looked'"/></xsl:call-template></dt><dd>
        <xsl:call-template name="tf"><xsl:with-param name="id" select="'group.looked.text'"/><xsl:with-param name="a" select="format-number(@users, '#,##0')"/><xsl:with-param name="b" select="format-number(@computers, '#,##0')"/></xsl:call-template>
        <xsl:text> · </xsl:text>
        <xsl:call-template name="tf"><xsl:with-param name="id" select="'group.hosts.text'"/><xsl:with-param name="a" select="format-number(@hosts, '#,##0')"/><xsl:with-param name="b" select="format-number(@answered, '#,##0')"/></xsl:call-template></dd></div>
      <xsl:call-template name="fact"><xsl:with-param name="id" select="'file'"/><xsl:with-param name="value" select="@file"/></xsl:call-template>
      <xsl:call-template name="fact"><xsl:with-param name="id" select="'blind.shards'"/><xsl:with-param name="value" select="string(@missing)"/></xsl:call-template>
    </dl>
    <xsl:apply-templates select="grades[grade]"/>
    <xsl:if test="measures/measure or risks/risk"><div class="two">
      <xsl:apply-templates select="measures[measure]"/>
      <xsl:apply-templates select="risks[risk]"/>
    </div></xsl:if>
    <xsl:if test="new/moved or hidden/moved or fixed/moved"><div class="two">
      <div><xsl:apply-templates select="new[moved]"/><xsl:apply-templates select="fixed[moved]"/></div>
      <div><xsl:apply-templates select="hidden[moved]"/></div>
    </div></xsl:if>
    <div class="two">
      <xsl:apply-templates select="findings"/>
      <xsl:apply-templates select="sources"/>
    </div>
    <p class="note back"><a href="#compare"><xsl:call-template name="w"><xsl:with-param name="id" select="'back'"/></xsl:call-template></a></p>
  </section>
</xsl:template>

<xsl:template match="grades">
  <xsl:call-template name="h"><xsl:with-param name="id" select="'themes'"/></xsl:call-template>
  <table class="themes">
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'group.theme'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'group.grade'"/><xsl:with-param name="class" select="'c'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'group.said'"/></xsl:call-template>
    </tr></thead>
    <tbody><xsl:for-each select="grade"><tr>
      <th scope="row"><xsl:value-of select="@title"/></th>
      <td class="c"><xsl:call-template name="letter"><xsl:with-param name="of" select="."/></xsl:call-template><xsl:call-template name="seen"><xsl:with-param name="of" select="."/></xsl:call-template></td>
      <td><xsl:value-of select="@sentence"/></td>
    </tr></xsl:for-each></tbody>
  </table>
</xsl:template>

<xsl:template match="measures">
  <div>
    <xsl:call-template name="h"><xsl:with-param name="id" select="'measures'"/></xsl:call-template>
    <ol class="measures"><xsl:for-each select="measure">
      <li><b><xsl:value-of select="@title"/></b><xsl:text> </xsl:text><span class="key"><xsl:call-template name="effort"/> · <xsl:call-template name="w"><xsl:with-param name="id" select="'effect'"/></xsl:call-template><xsl:text> </xsl:text><xsl:value-of select="@effect"/>%</span></li>
    </xsl:for-each></ol>
  </div>
</xsl:template>

<xsl:template match="risks">
  <div>
    <xsl:call-template name="h"><xsl:with-param name="id" select="'risks'"/></xsl:call-template>
    <ul class="risks"><xsl:for-each select="risk">
      <li><xsl:call-template name="severity"><xsl:with-param name="of" select="@level"/></xsl:call-template><xsl:text> </xsl:text><b><xsl:value-of select="@title"/></b><xsl:text> </xsl:text><xsl:value-of select="@text"/></li>
    </xsl:for-each></ul>
  </div>
</xsl:template>

<xsl:template match="findings">
  <div>
    <xsl:call-template name="h"><xsl:with-param name="id" select="'findings'"/></xsl:call-template>
    <p class="note"><xsl:call-template name="tf"><xsl:with-param name="id" select="'group.findings.counts'"/>
      <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="../@critical"/></xsl:call-template></xsl:with-param>
      <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="../@high"/></xsl:call-template></xsl:with-param></xsl:call-template></p>
    <table><tbody><xsl:for-each select="finding"><tr>
      <td><xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template></td>
      <td><xsl:value-of select="@title"/></td>
      <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@subjects"/></xsl:call-template></td>
    </tr></xsl:for-each></tbody></table>
    <xsl:call-template name="rest"/>
  </div>
</xsl:template>

<xsl:template match="sources">
  <div>
    <xsl:call-template name="h"><xsl:with-param name="id" select="'blind'"/></xsl:call-template>
    <p class="note"><xsl:call-template name="w"><xsl:with-param name="id" select="'blind.checks'"/></xsl:call-template><xsl:text>: </xsl:text>
      <xsl:call-template name="fraction"><xsl:with-param name="a" select="../@unknown"/><xsl:with-param name="b" select="../@checks"/></xsl:call-template></p>
    <xsl:if test="source"><table>
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'group.source'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'group.state'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'group.targets'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      </tr></thead>
      <tbody><xsl:for-each select="source"><tr>
        <td><xsl:choose>
          <xsl:when test="key('m', concat('source.', @source))"><xsl:value-of select="key('m', concat('source.', @source))"/></xsl:when>
          <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="concat('group.source.', @source)"/><xsl:with-param name="or" select="string(@source)"/></xsl:call-template></xsl:otherwise>
        </xsl:choose></td>
        <td><xsl:call-template name="t"><xsl:with-param name="id" select="concat('state.source.', @state)"/><xsl:with-param name="or" select="string(@state)"/></xsl:call-template></td>
        <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@targets"/></xsl:call-template></td>
      </tr></xsl:for-each></tbody>
    </table></xsl:if>
    <xsl:call-template name="rest"><xsl:with-param name="id" select="'group.rest.sources'"/></xsl:call-template>
  </div>
</xsl:template>

</xsl:stylesheet>
