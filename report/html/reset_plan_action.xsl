<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Phases of the plan, each on pages of its own, with their actions: what to do, and the subjects with boxes. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template match="phase">
  <section class="phase">
    <h2 id="phase-{@no}"><xsl:value-of select="@no"/><xsl:text> </xsl:text><xsl:value-of select="title"/>
      <span class="aside"><xsl:call-template name="wf"><xsl:with-param name="id" select="'of.items'"/>
        <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@done + @attested"/></xsl:call-template></xsl:with-param>
        <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="@items"/></xsl:call-template></xsl:with-param></xsl:call-template></span></h2>
    <xsl:if test="about != ''"><p class="about"><xsl:value-of select="about"/></p></xsl:if>
    <xsl:apply-templates select="action[@items &gt; 0]"/>
    <xsl:if test="action[not(@items &gt; 0)]">
      <p class="more"><xsl:call-template name="w"><xsl:with-param name="id" select="'notneeded'"/></xsl:call-template>
        <xsl:for-each select="action[not(@items &gt; 0)]"><xsl:text> </xsl:text><span class="no"><xsl:call-template name="wf"><xsl:with-param name="id" select="'no'"/><xsl:with-param name="a" select="@no"/></xsl:call-template></span><xsl:text> </xsl:text><xsl:value-of select="title"/><xsl:if test="position() != last()"> ·</xsl:if></xsl:for-each></p>
    </xsl:if>
  </section>
</xsl:template>

<!-- the worst mark of its subjects; done only when all are -->
<xsl:template name="action-box">
  <xsl:call-template name="box">
    <xsl:with-param name="state"><xsl:choose>
      <xsl:when test="@state = 'suspect'">suspect</xsl:when>
      <xsl:when test="@items = @finished"><xsl:value-of select="@state"/></xsl:when>
      <xsl:otherwise>ready</xsl:otherwise>
    </xsl:choose></xsl:with-param>
    <xsl:with-param name="regression" select="@regressions &gt; 0"/>
  </xsl:call-template>
</xsl:template>

<xsl:template match="action">
  <article class="action {@state}">
    <div class="top">
      <h3 id="action-{@no}"><xsl:call-template name="action-box"/><span class="no"><xsl:call-template name="wf"><xsl:with-param name="id" select="'no'"/><xsl:with-param name="a" select="@no"/></xsl:call-template></span>
        <xsl:text> </xsl:text><xsl:value-of select="title"/></h3>
      <p class="status"><span class="state"><xsl:call-template name="state-word"><xsl:with-param name="of" select="@state"/></xsl:call-template></span><xsl:text> </xsl:text>
        <xsl:call-template name="wf"><xsl:with-param name="id" select="'of.items'"/>
          <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@finished"/></xsl:call-template></xsl:with-param>
          <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="@items"/></xsl:call-template></xsl:with-param></xsl:call-template></p>
      <xsl:apply-templates select="why"/>
      <xsl:choose>
        <xsl:when test="@items = @finished"><p class="note"><xsl:call-template name="w"><xsl:with-param name="id" select="'stepless'"/></xsl:call-template></p></xsl:when>
        <xsl:otherwise><xsl:call-template name="facts"/></xsl:otherwise>
      </xsl:choose>
    </div>
    <xsl:if test="steps/step"><ol class="steps"><xsl:apply-templates select="steps/step"/></ol></xsl:if>
    <xsl:if test="@attested = 1 and @items &gt; @finished"><p class="note"><xsl:call-template name="w"><xsl:with-param name="id" select="'attest'"/></xsl:call-template></p></xsl:if>
    <xsl:if test="@unseen &gt; 0 and not(@attested = 1)"><p class="note"><xsl:call-template name="wf"><xsl:with-param name="id" select="'unseen.action'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@unseen"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
    <xsl:if test="waves/wave and subjects/@rest &gt; 0"><xsl:apply-templates select="waves"/></xsl:if>
    <xsl:apply-templates select="subjects"/>
  </article>
</xsl:template>

<xsl:template match="why"><div class="why"><xsl:apply-templates/></div></xsl:template>
<xsl:template match="why/p | wait/p | risk/p | rollback/p | text/p"><p><xsl:apply-templates/></p></xsl:template>
<xsl:template match="pre"><pre><xsl:apply-templates/></pre></xsl:template>
<xsl:template match="p/code"><code><xsl:apply-templates/></code></xsl:template>

<xsl:template name="row">
  <xsl:param name="id"/>
  <xsl:param name="of"/>
  <xsl:if test="$of"><div class="{$id}"><dt><xsl:call-template name="w"><xsl:with-param name="id" select="$id"/></xsl:call-template></dt><dd><xsl:apply-templates select="$of/node()"/></dd></div></xsl:if>
</xsl:template>

<xsl:template match="range">
  <xsl:if test="position() &gt; 1">, </xsl:if>
  <a href="#action-{@first}"><xsl:value-of select="@first"/></a>
  <xsl:if test="@last != @first">–<a href="#action-{@last}"><xsl:value-of select="@last"/></a></xsl:if>
</xsl:template>

<!-- A number whose action is not in the list (nothing to do there) is no link. -->
<xsl:template match="range[not(/report/phase/action[@items &gt; 0 and @no = current()/@first]) or not(/report/phase/action[@items &gt; 0 and @no = current()/@last])]">
  <xsl:if test="position() &gt; 1">, </xsl:if>
  <xsl:value-of select="@first"/><xsl:if test="@last != @first">–<xsl:value-of select="@last"/></xsl:if>
</xsl:template>

<xsl:template name="facts">
  <dl class="do">
    <div><dt><xsl:call-template name="w"><xsl:with-param name="id" select="'who'"/></xsl:call-template></dt><dd><b><xsl:value-of select="@who"/></b></dd></div>
    <div><dt><xsl:call-template name="w"><xsl:with-param name="id" select="'from'"/></xsl:call-template></dt><dd><b><xsl:value-of select="@place"/></b></dd></div>
    <xsl:if test="@times &gt; 1"><div><dt><xsl:call-template name="w"><xsl:with-param name="id" select="'times'"/></xsl:call-template></dt><dd><b><xsl:value-of select="@times"/></b></dd></div></xsl:if>
    <xsl:if test="after/range"><div><dt><xsl:call-template name="w"><xsl:with-param name="id" select="'after'"/></xsl:call-template></dt><dd>
      <xsl:apply-templates select="after/range"/>
      <xsl:if test="blocked/range"><span class="aside"><xsl:call-template name="w"><xsl:with-param name="id" select="'blocked'"/></xsl:call-template><xsl:value-of select="key('m', 'blind.colon')"/><b><xsl:apply-templates select="blocked/range"/></b></span></xsl:if></dd></div></xsl:if>
    <xsl:if test="@until"><div><dt><xsl:call-template name="w"><xsl:with-param name="id" select="'until'"/></xsl:call-template></dt><dd><b><xsl:value-of select="@until"/></b></dd></div></xsl:if>
    <xsl:if test="@finish"><div><dt><xsl:call-template name="w"><xsl:with-param name="id" select="'planned'"/></xsl:call-template></dt><dd><xsl:value-of select="@start"/> – <xsl:value-of select="@finish"/></dd></div></xsl:if>
    <xsl:call-template name="row"><xsl:with-param name="id" select="'wait'"/><xsl:with-param name="of" select="wait"/></xsl:call-template>
    <xsl:call-template name="row"><xsl:with-param name="id" select="'risk'"/><xsl:with-param name="of" select="risk"/></xsl:call-template>
    <xsl:call-template name="row"><xsl:with-param name="id" select="'rollback'"/><xsl:with-param name="of" select="rollback"/></xsl:call-template>
    <xsl:if test="ref"><div class="refs"><dt><xsl:call-template name="w"><xsl:with-param name="id" select="'refs'"/></xsl:call-template></dt><dd>
      <xsl:for-each select="ref"><xsl:if test="position() &gt; 1"> · </xsl:if><xsl:if test="not(@name = 'ms' and starts-with(., 'Microsoft '))"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('ref.', @name)"/><xsl:with-param name="or" select="@name"/></xsl:call-template><xsl:text> </xsl:text></xsl:if><xsl:value-of select="."/></xsl:for-each></dd></div></xsl:if>
  </dl>
</xsl:template>

<xsl:template match="step">
  <li><xsl:apply-templates select="text/node()"/>
    <xsl:for-each select="command">
      <div class="command"><span class="kind"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('plan.command.', @kind)"/><xsl:with-param name="or" select="@kind"/></xsl:call-template></span>
        <xsl:apply-templates select="line"/></div>
    </xsl:for-each>
  </li>
</xsl:template>

<!-- Broken only between words, the rest of the line indented, its end marked: it cannot be misread. -->
<xsl:template match="line"><code class="line"><xsl:for-each select="node()">
  <xsl:choose>
    <xsl:when test="self::w[@long]"><span class="long"><xsl:value-of select="."/></span></xsl:when>
    <xsl:when test="self::w"><span class="word"><xsl:value-of select="."/></span></xsl:when>
    <xsl:otherwise><xsl:value-of select="."/></xsl:otherwise>
  </xsl:choose></xsl:for-each></code></xsl:template>

<xsl:template match="waves">
  <div class="in-waves"><table class="waves">
    <thead><tr><th scope="col" class="b"/>
      <xsl:call-template name="pth"><xsl:with-param name="id" select="'waves'"/></xsl:call-template>
      <xsl:call-template name="pth"><xsl:with-param name="id" select="'finished'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="pth"><xsl:with-param name="id" select="'due'"/></xsl:call-template>
      <xsl:call-template name="pth"><xsl:with-param name="id" select="'doneat'"/><xsl:with-param name="class" select="'hand'"/></xsl:call-template>
      <xsl:call-template name="pth"><xsl:with-param name="id" select="'initials'"/><xsl:with-param name="class" select="'hand'"/></xsl:call-template>
    </tr></thead>
    <tbody><xsl:for-each select="wave"><tr>
      <td class="b"><xsl:call-template name="box"><xsl:with-param name="state"><xsl:choose><xsl:when test="@items = @finished">done</xsl:when><xsl:otherwise>ready</xsl:otherwise></xsl:choose></xsl:with-param></xsl:call-template></td>
      <th scope="row"><xsl:call-template name="wf"><xsl:with-param name="id" select="'wave'"/><xsl:with-param name="a" select="@wave"/></xsl:call-template></th>
      <td class="n"><xsl:call-template name="wf"><xsl:with-param name="id" select="'of'"/><xsl:with-param name="a" select="@finished"/><xsl:with-param name="b" select="@items"/></xsl:call-template></td>
      <td class="when"><xsl:if test="@finished &lt; @items"><xsl:value-of select="@due"/></xsl:if></td>
      <td class="hand"/><td class="hand"/>
    </tr></xsl:for-each></tbody>
  </table></div>
  <xsl:if test="@rest &gt; 0"><p class="more"><xsl:call-template name="wf"><xsl:with-param name="id" select="'waves.rest'"/><xsl:with-param name="a" select="@rest"/></xsl:call-template></p></xsl:if>
</xsl:template>

<xsl:template match="subjects">
  <xsl:variable name="waves" select="../waves"/>
  <table class="subjects">
    <thead><tr><th scope="col" class="b"/>
      <xsl:call-template name="pth"><xsl:with-param name="id" select="'subject'"/></xsl:call-template>
      <xsl:call-template name="pth"><xsl:with-param name="id" select="'state'"/><xsl:with-param name="class" select="'s'"/></xsl:call-template>
      <xsl:call-template name="pth"><xsl:with-param name="id" select="'reason'"/></xsl:call-template>
      <xsl:call-template name="pth"><xsl:with-param name="id" select="'doneat'"/><xsl:with-param name="class" select="'hand'"/></xsl:call-template>
      <xsl:call-template name="pth"><xsl:with-param name="id" select="'initials'"/><xsl:with-param name="class" select="'hand'"/></xsl:call-template>
    </tr></thead>
    <tbody>
      <xsl:for-each select="subject">
        <xsl:if test="$waves and not(preceding-sibling::subject[1]/@wave = @wave)">
          <xsl:variable name="wave" select="$waves/wave[@wave = current()/@wave]"/>
          <tr class="wave"><td class="b"><xsl:call-template name="box"><xsl:with-param name="state"><xsl:choose><xsl:when test="$wave/@items = $wave/@finished">done</xsl:when><xsl:otherwise>ready</xsl:otherwise></xsl:choose></xsl:with-param></xsl:call-template></td>
            <th scope="rowgroup" colspan="5"><xsl:call-template name="wf"><xsl:with-param name="id" select="'wave'"/><xsl:with-param name="a" select="@wave"/></xsl:call-template>
              <xsl:if test="$wave"><span class="aside"><xsl:call-template name="wf"><xsl:with-param name="id" select="'of.items'"/><xsl:with-param name="a" select="$wave/@finished"/><xsl:with-param name="b" select="$wave/@items"/></xsl:call-template>
                <xsl:if test="$wave/@due and $wave/@finished &lt; $wave/@items"><xsl:text> · </xsl:text><xsl:call-template name="w"><xsl:with-param name="id" select="'due'"/></xsl:call-template><xsl:text> </xsl:text><xsl:value-of select="$wave/@due"/></xsl:if></span></xsl:if></th></tr>
        </xsl:if>
        <xsl:call-template name="subject"/>
      </xsl:for-each>
      <xsl:if test="@rest &gt; 0"><tr class="rest"><td/><td colspan="5"><xsl:call-template name="wf"><xsl:with-param name="id" select="'more'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@rest"/></xsl:call-template></xsl:with-param></xsl:call-template></td></tr></xsl:if>
      <xsl:if test="@rest_done &gt; 0"><tr class="rest"><td/><td colspan="5"><xsl:call-template name="wf"><xsl:with-param name="id" select="'more.done'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@rest_done"/></xsl:call-template></xsl:with-param></xsl:call-template></td></tr></xsl:if>
    </tbody>
  </table>
</xsl:template>

<xsl:template name="subject">
  <tr class="{@state}">
    <td class="b"><xsl:call-template name="box"><xsl:with-param name="state" select="@state"/><xsl:with-param name="regression" select="@regression"/></xsl:call-template></td>
    <th scope="row"><bdi><xsl:value-of select="@name"/><xsl:if test="not(@name)"><xsl:value-of select="@key"/></xsl:if></bdi>
      <xsl:if test="@name and @name != @key"><code class="key"><bdi><xsl:value-of select="@key"/></bdi></code></xsl:if></th>
    <td class="s"><xsl:if test="@regression"><b class="lost"><xsl:call-template name="w"><xsl:with-param name="id" select="'regression'"/></xsl:call-template></b></xsl:if>
      <xsl:call-template name="state-word"><xsl:with-param name="of" select="@state"/></xsl:call-template>
      <xsl:if test="@needed &gt; 1 and not(@proven &gt;= @needed)"><span class="part"><xsl:call-template name="wf"><xsl:with-param name="id" select="'of'"/><xsl:with-param name="a"><xsl:choose><xsl:when test="@proven"><xsl:value-of select="@proven"/></xsl:when><xsl:otherwise>?</xsl:otherwise></xsl:choose></xsl:with-param><xsl:with-param name="b" select="@needed"/></xsl:call-template></span></xsl:if>
      <xsl:if test="@until and @state = 'waiting'"><span class="part"><xsl:call-template name="wf"><xsl:with-param name="id" select="'waits.until'"/><xsl:with-param name="a" select="@until"/></xsl:call-template></span></xsl:if>
      <xsl:if test="@due and not(../../waves)"><span class="part"><xsl:call-template name="w"><xsl:with-param name="id" select="'due'"/></xsl:call-template><xsl:text> </xsl:text><span class="when"><xsl:value-of select="@due"/></span></span></xsl:if></td>
    <td class="reason"><bdi><xsl:value-of select="reason"/></bdi></td>
    <td class="hand"/><td class="hand"/>
  </tr>
</xsl:template>

</xsl:stylesheet>
