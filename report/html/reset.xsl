<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Part of report.xsl: the reset plan. How far it is, what holds up the rest, what looks done and is not; a draft tells only what there is to do.
     Bars say nothing that does not stand beside them as a number: they are shades and stripes, and print without colour. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template name="reset-title">
  <xsl:call-template name="t"><xsl:with-param name="id"><xsl:text>reset.title</xsl:text><xsl:if test="/report/reset/@draft = 1">.draft</xsl:if></xsl:with-param></xsl:call-template>
</xsl:template>

<xsl:template match="report/reset">
  <section class="chapter reset">
    <h2 id="reset"><xsl:call-template name="reset-title"/></h2>
    <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id"><xsl:text>reset.intro</xsl:text><xsl:if test="@draft = 1">.draft</xsl:if></xsl:with-param></xsl:call-template></p>
    <xsl:call-template name="reset-frame"/>
    <xsl:apply-templates select="phases"/>
    <xsl:apply-templates select="looks"/>
    <xsl:apply-templates select="steps[step]"/>
    <xsl:apply-templates select="waits[wait]"/>
    <xsl:apply-templates select="keys[key]"/>
    <xsl:if test="@draft = 0"><xsl:apply-templates select="unseen[group]"/></xsl:if>
    <xsl:apply-templates select="points[count(point) &gt; 1]"/>
    <xsl:apply-templates select="decisions[decision or @attested &gt; 0 or @not_needed &gt; 0]"/>
  </section>
</xsl:template>

<xsl:template name="reset-frame">
  <dl class="info">
    <xsl:if test="@incident_at"><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.incident'"/></xsl:call-template></dt><dd><xsl:value-of select="@incident_at"/></dd></xsl:if>
    <xsl:if test="@scope"><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.scope'"/></xsl:call-template></dt>
      <dd><xsl:call-template name="t"><xsl:with-param name="id" select="concat('reset.scope.', @scope)"/><xsl:with-param name="or" select="@scope"/></xsl:call-template></dd></xsl:if>
    <xsl:if test="@finish_at"><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.finish'"/></xsl:call-template></dt><dd><xsl:call-template name="reset-finish"/></dd></xsl:if>
    <xsl:if test="@controllers &gt; 0 and @draft = 0"><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.controllers'"/></xsl:call-template></dt>
      <dd><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.of'"/><xsl:with-param name="a" select="@controllers_told"/><xsl:with-param name="b" select="@controllers"/></xsl:call-template>
        <xsl:for-each select="@silent | @behind"><span class="key odd"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('reset.', name())"/></xsl:call-template><xsl:text> </xsl:text><bdi><xsl:value-of select="."/></bdi></span></xsl:for-each></dd></xsl:if>
  </dl>
</xsl:template>

<xsl:template name="reset-finish">
  <xsl:value-of select="@finish_at"/><xsl:if test="@people"><xsl:text> (</xsl:text><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.finish.people'"/><xsl:with-param name="a" select="@people"/></xsl:call-template>)</xsl:if>
</xsl:template>

<!-- proven, attested, suspect at the far end; what is left stays light -->
<xsl:template name="reset-bar">
  <xsl:param name="class" select="'mini'"/>
  <xsl:variable name="all" select="@items + (@items = 0)"/>
  <svg class="{$class}" viewBox="0 0 1000 24" preserveAspectRatio="none" role="img">
    <title><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.bar'"/><xsl:with-param name="a" select="@done + @attested"/><xsl:with-param name="b" select="@items"/></xsl:call-template></title>
    <rect class="v-none" width="1000" height="24"/>
    <rect class="r-done" height="24" width="{format-number(@done * 1000 div $all, '0.##')}"/>
    <rect class="r-attested" height="24" x="{format-number(@done * 1000 div $all, '0.##')}" width="{format-number(@attested * 1000 div $all, '0.##')}"/>
    <xsl:if test="@suspect &gt; 0"><path class="r-suspect" d="M{format-number(1000 - @suspect * 1000 div $all, '0.##')} 12H1000"/></xsl:if>
  </svg>
</xsl:template>

<xsl:template name="reset-legend">
  <ul class="legend">
    <xsl:for-each select="/report/messages/m[@id = 'reset.state.done' or @id = 'reset.state.attested' or @id = 'reset.state.suspect' or @id = 'reset.open']">
      <xsl:sort select="number(@id = 'reset.open')"/>
      <li><svg class="dot" viewBox="0 0 24 24" aria-hidden="true"><xsl:choose>
        <xsl:when test="@id = 'reset.state.suspect'"><rect class="v-none" width="24" height="24"/><path class="r-suspect" d="M0 12H24"/></xsl:when>
        <xsl:when test="@id = 'reset.open'"><rect class="v-none" width="24" height="24"/></xsl:when>
        <xsl:otherwise><rect class="r-{substring-after(@id, 'reset.state.')}" width="24" height="24"/></xsl:otherwise></xsl:choose></svg>
        <xsl:text> </xsl:text><xsl:value-of select="."/></li>
    </xsl:for-each>
  </ul>
</xsl:template>

<xsl:template name="some">
  <xsl:param name="n"/>
  <xsl:choose><xsl:when test="$n &gt; 0"><xsl:value-of select="format-number($n, '#,##0')"/></xsl:when><xsl:otherwise>–</xsl:otherwise></xsl:choose>
</xsl:template>

<xsl:template name="reset-counts">
  <xsl:param name="gained"/>
  <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@finished)"/></xsl:call-template> / <xsl:call-template name="number"><xsl:with-param name="n" select="string(@items)"/></xsl:call-template></td>
  <xsl:if test="/report/reset/@points &gt; 1"><td class="n"><xsl:choose><xsl:when test="$gained &gt; 0">+<xsl:value-of select="format-number($gained, '#,##0')"/></xsl:when><xsl:when test="$gained &lt; 0"><span class="odd">−<xsl:value-of select="format-number(-$gained, '#,##0')"/></span></xsl:when><xsl:otherwise>–</xsl:otherwise></xsl:choose></td></xsl:if>
  <td class="n"><xsl:call-template name="some"><xsl:with-param name="n" select="@ready"/></xsl:call-template></td>
  <td class="n"><xsl:call-template name="some"><xsl:with-param name="n" select="@waiting + @blocked"/></xsl:call-template></td>
  <td class="n"><xsl:if test="@suspect &gt; 0"><xsl:attribute name="class">n fail</xsl:attribute></xsl:if><xsl:call-template name="some"><xsl:with-param name="n" select="@suspect"/></xsl:call-template></td>
  <td class="n"><xsl:call-template name="some"><xsl:with-param name="n" select="@partly"/></xsl:call-template></td>
  <td class="when"><xsl:value-of select="@finish_at"/></td>
</xsl:template>

<xsl:template match="reset/phases">
  <xsl:variable name="draft" select="../@draft = 1"/>
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.phases'"/></xsl:call-template></h3>
  <div class="scroll"><table class="phases">
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.phase'"/></xsl:call-template>
      <xsl:choose>
        <xsl:when test="$draft"><xsl:call-template name="th"><xsl:with-param name="id" select="'reset.subjects'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template></xsl:when>
        <xsl:otherwise>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.progress'"/><xsl:with-param name="class" select="'share'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.finished'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:if test="../@points &gt; 1"><xsl:call-template name="th"><xsl:with-param name="id" select="'reset.gained'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template></xsl:if>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.state.ready'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.held'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.state.suspect'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.state.partly'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        </xsl:otherwise>
      </xsl:choose>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.end'"/></xsl:call-template>
    </tr></thead>
    <tbody><xsl:for-each select="phase[@items &gt; 0]"><tr>
      <th scope="row"><xsl:value-of select="@no"/>. <xsl:value-of select="@title"/></th>
      <xsl:choose>
        <xsl:when test="$draft"><td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@items)"/></xsl:call-template></td><td class="when"><xsl:value-of select="@finish_at"/></td></xsl:when>
        <xsl:otherwise><td class="share"><xsl:call-template name="reset-bar"/></td><xsl:call-template name="reset-counts"><xsl:with-param name="gained" select="@gained"/></xsl:call-template></xsl:otherwise>
      </xsl:choose>
    </tr></xsl:for-each>
    <xsl:for-each select=".."><tr class="total">
      <th scope="row"><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.total'"/></xsl:call-template></th>
      <xsl:choose>
        <xsl:when test="$draft"><td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@items)"/></xsl:call-template></td><td class="when"><xsl:value-of select="@finish_at"/></td></xsl:when>
        <xsl:otherwise><td class="share"><xsl:call-template name="reset-bar"/></td><xsl:call-template name="reset-counts"><xsl:with-param name="gained" select="sum(phases/phase/@gained)"/></xsl:call-template></xsl:otherwise>
      </xsl:choose>
    </tr></xsl:for-each></tbody>
  </table></div>
  <xsl:if test="not($draft)"><xsl:call-template name="reset-legend"/></xsl:if>
  <xsl:if test="phase[@items = 0]"><p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.needless'"/></xsl:call-template><xsl:text> </xsl:text>
    <xsl:for-each select="phase[@items = 0]"><xsl:if test="position() &gt; 1"><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.comma'"/></xsl:call-template><xsl:text> </xsl:text></xsl:if><xsl:value-of select="@no"/>. <xsl:value-of select="@title"/></xsl:for-each></p></xsl:if>
</xsl:template>

<xsl:template name="reset-rest">
  <xsl:if test="@rest &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.rest'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@rest)"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
</xsl:template>

<xsl:template match="reset/looks">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.looks'"/></xsl:call-template></h3>
  <xsl:choose>
    <xsl:when test="look">
      <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.looks.intro'"/></xsl:call-template></p>
      <div class="scroll"><table class="looks">
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.subject'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.state'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.reason'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="look"><tr>
          <th scope="row"><bdi><xsl:value-of select="@name"/><xsl:if test="not(@name)"><xsl:value-of select="@subject"/></xsl:if></bdi><xsl:if test="@name"><span class="key"><bdi><xsl:value-of select="@subject"/></bdi></span></xsl:if></th>
          <td class="yes"><xsl:if test="@regression = 1"><span class="badge high"><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.state.regression'"/></xsl:call-template></span><xsl:text> </xsl:text></xsl:if>
            <xsl:if test="@state = 'suspect' or @state = 'partly'"><span><xsl:attribute name="class">badge <xsl:choose><xsl:when test="@state = 'suspect'">critical</xsl:when><xsl:otherwise>info</xsl:otherwise></xsl:choose></xsl:attribute>
              <xsl:call-template name="t"><xsl:with-param name="id" select="concat('reset.state.', @state)"/></xsl:call-template></span></xsl:if></td>
          <td><bdi><xsl:value-of select="@reason"/></bdi><span class="key"><xsl:value-of select="@title"/></span></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:call-template name="reset-rest"/>
    </xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.looks.none'"/></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template match="reset/steps">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.steps'"/></xsl:call-template></h3>
  <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.steps.intro'"/></xsl:call-template></p>
  <div class="scroll"><table class="steps" data-ticks="">
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.step'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.open'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.waitsfor'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.who'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.when'"/></xsl:call-template>
    </tr></thead>
    <tbody><xsl:for-each select="step"><tr data-tick="{@action}">
      <th scope="row"><xsl:value-of select="@title"/><span class="key"><xsl:value-of select="@phase"/></span></th>
      <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@open"/></xsl:call-template> / <xsl:call-template name="number"><xsl:with-param name="n" select="@items"/></xsl:call-template></td>
      <td><xsl:choose>
        <xsl:when test="blocker"><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.first'"/></xsl:call-template>
          <ul class="remarks"><xsl:for-each select="blocker"><li><xsl:value-of select="@title"/><xsl:text> </xsl:text><span class="of"><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.next.open'"/><xsl:with-param name="a" select="@open"/></xsl:call-template></span></li></xsl:for-each>
          <xsl:if test="@rest &gt; 0"><li><xsl:call-template name="tf"><xsl:with-param name="id" select="'scope.rest'"/><xsl:with-param name="a" select="@rest"/></xsl:call-template></li></xsl:if></ul></xsl:when>
        <xsl:otherwise><b><xsl:call-template name="t"><xsl:with-param name="id" select="concat('reset.state.', @state)"/></xsl:call-template></b></xsl:otherwise>
      </xsl:choose>
        <xsl:if test="@until_at and not(blocker)"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id"><xsl:text>reset.until</xsl:text><xsl:if test="@state != 'waiting'">.some</xsl:if></xsl:with-param><xsl:with-param name="a" select="@until_at"/></xsl:call-template></span></xsl:if>
        <xsl:if test="@holds &gt; 0"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.holds'"/><xsl:with-param name="a" select="@holds"/></xsl:call-template></span></xsl:if></td>
      <td><xsl:value-of select="@who"/><span class="key"><xsl:value-of select="@place"/></span></td>
      <td class="when"><xsl:value-of select="@start_at"/><xsl:if test="@finish_at"><br/>– <xsl:value-of select="@finish_at"/></xsl:if></td>
    </tr></xsl:for-each></tbody>
  </table></div>
  <xsl:call-template name="reset-rest"/>
</xsl:template>

<xsl:template match="reset/waits">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.waits'"/></xsl:call-template></h3>
  <ul class="blind"><xsl:for-each select="wait"><li><b><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.until'"/><xsl:with-param name="a" select="@until_at"/></xsl:call-template></b>:
    <xsl:value-of select="@title"/> (<xsl:choose><xsl:when test="@number = 1"><bdi><xsl:value-of select="@name"/></bdi></xsl:when>
      <xsl:otherwise><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.wait.subjects'"/><xsl:with-param name="a" select="@number"/></xsl:call-template></xsl:otherwise></xsl:choose>)</li></xsl:for-each></ul>
  <xsl:call-template name="reset-rest"/>
</xsl:template>

<xsl:template match="reset/keys">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.keys'"/></xsl:call-template></h3>
  <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.keys.intro'"/></xsl:call-template></p>
  <div class="scroll"><table class="keys">
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.key'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.key.state'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.key.first'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.key.second'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.key.controllers'"/></xsl:call-template>
    </tr></thead>
    <tbody><xsl:for-each select="key"><tr>
      <th scope="row"><bdi><xsl:value-of select="@name"/></bdi><xsl:if test="@read_only = 1"><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.key.readonly'"/></xsl:call-template></span></xsl:if></th>
      <td><xsl:call-template name="t"><xsl:with-param name="id" select="concat('reset.key.', @machine)"/><xsl:with-param name="or" select="@machine"/></xsl:call-template></td>
      <td class="when"><xsl:value-of select="@first_at"/></td>
      <td class="when"><xsl:value-of select="@second_at"/></td>
      <td><xsl:if test="@controllers"><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.of'"/><xsl:with-param name="a" select="@confirmed"/><xsl:with-param name="b" select="@controllers"/></xsl:call-template></xsl:if>
        <xsl:for-each select="@silent | @behind"><span class="key odd"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('reset.key.', name())"/></xsl:call-template><xsl:text> </xsl:text><bdi><xsl:value-of select="."/></bdi></span></xsl:for-each></td>
    </tr></xsl:for-each></tbody>
  </table></div>
  <xsl:call-template name="reset-rest"/>
</xsl:template>

<xsl:template match="reset/unseen">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.unseen'"/></xsl:call-template></h3>
  <p class="note"><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.unseen.intro'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="string(../@unseen)"/></xsl:call-template></xsl:with-param></xsl:call-template></p>
  <div class="scroll"><table class="unseen">
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.help'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.number'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.step'"/></xsl:call-template>
    </tr></thead>
    <tbody><xsl:for-each select="group"><tr>
      <th scope="row"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('reset.help.', @proof)"/><xsl:with-param name="or" select="@proof"/></xsl:call-template></th>
      <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@number"/></xsl:call-template></td>
      <td><ul class="remarks"><xsl:for-each select="action"><li><xsl:value-of select="@title"/><xsl:text> </xsl:text><span class="of"><xsl:call-template name="number"><xsl:with-param name="n" select="@number"/></xsl:call-template></span></li></xsl:for-each>
        <xsl:if test="@rest &gt; 0"><li><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.actions.rest'"/><xsl:with-param name="a" select="@rest"/></xsl:call-template></li></xsl:if></ul></td>
    </tr></xsl:for-each></tbody>
  </table></div>
</xsl:template>

<xsl:template match="reset/points">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.points'"/></xsl:call-template></h3>
  <xsl:call-template name="chart-reset"/>
  <div class="scroll"><table class="phases points">
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.point'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.finished'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.state.done'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.state.attested'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'reset.state.suspect'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
    </tr></thead>
    <tbody><xsl:for-each select="point"><tr>
      <th scope="row" class="when"><xsl:value-of select="@point_at"/><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('reset.kind.', @kind)"/><xsl:with-param name="or" select="@kind"/></xsl:call-template></span></th>
      <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@done + @attested)"/></xsl:call-template> / <xsl:call-template name="number"><xsl:with-param name="n" select="string(@items)"/></xsl:call-template></td>
      <td class="n"><xsl:call-template name="some"><xsl:with-param name="n" select="@done"/></xsl:call-template></td>
      <td class="n"><xsl:call-template name="some"><xsl:with-param name="n" select="@attested"/></xsl:call-template></td>
      <td class="n"><xsl:call-template name="some"><xsl:with-param name="n" select="@suspect"/></xsl:call-template></td>
    </tr></xsl:for-each></tbody>
  </table></div>
  <xsl:if test="../@points &gt; count(point)"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.points.rest'"/><xsl:with-param name="a" select="../@points - count(point)"/></xsl:call-template></p></xsl:if>
</xsl:template>

<!-- An option of the command line has no name of a person: then only the time is told. -->
<xsl:template match="reset/decisions">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.decisions'"/></xsl:call-template></h3>
  <ul class="blind">
    <xsl:for-each select="decision"><li><xsl:call-template name="t"><xsl:with-param name="id" select="concat('reset.decision.', @kind)"/><xsl:with-param name="or" select="@kind"/></xsl:call-template>
      <xsl:if test="@kind = 'without_controller'"><xsl:text> </xsl:text><b><bdi><xsl:value-of select="@name"/></bdi></b></xsl:if><xsl:text> </xsl:text>
      <bdi><xsl:value-of select="@who"/></bdi>, <xsl:value-of select="@decided_at"/></li></xsl:for-each>
    <xsl:if test="@rest &gt; 0"><li><xsl:call-template name="tf"><xsl:with-param name="id" select="'scope.rest'"/><xsl:with-param name="a" select="@rest"/></xsl:call-template></li></xsl:if>
    <xsl:for-each select="@attested[. &gt; 0] | @not_needed[. &gt; 0]"><li><xsl:call-template name="tf"><xsl:with-param name="id" select="concat('reset.decision.', name())"/><xsl:with-param name="a" select="."/></xsl:call-template></li></xsl:for-each>
  </ul>
</xsl:template>

<!-- page 1, only after an incident: one sentence, what is next, what to look at, when it can end -->
<xsl:template name="reset-page">
  <xsl:for-each select="/report/reset[@draft = 0]">
    <section class="resetting">
      <h2><a href="#reset"><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.page'"/></xsl:call-template></a></h2>
      <p><b><xsl:call-template name="tf"><xsl:with-param name="id"><xsl:text>reset.lead.</xsl:text><xsl:choose><xsl:when test="@finished = @items">all</xsl:when><xsl:when test="@done = 0">none</xsl:when><xsl:otherwise>some</xsl:otherwise></xsl:choose></xsl:with-param>
          <xsl:with-param name="a" select="format-number(@done, '#,##0')"/><xsl:with-param name="b" select="format-number(@items, '#,##0')"/></xsl:call-template></b>
        <xsl:if test="@attested &gt; 0"><xsl:text> </xsl:text><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.lead.attested'"/><xsl:with-param name="a" select="format-number(@attested, '#,##0')"/></xsl:call-template></xsl:if></p>
      <xsl:call-template name="reset-bar"><xsl:with-param name="class" select="'bar'"/></xsl:call-template>
      <dl class="looked">
        <xsl:if test="next/step or waits/wait"><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.next'"/></xsl:call-template></dt><dd><xsl:choose>
          <xsl:when test="next/step"><xsl:value-of select="next/step/@title"/><xsl:text> </xsl:text><span class="of"><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.next.open'"/><xsl:with-param name="a" select="format-number(next/step/@open, '#,##0')"/></xsl:call-template></span></xsl:when>
          <xsl:otherwise><xsl:call-template name="tf"><xsl:with-param name="id" select="'reset.next.wait'"/><xsl:with-param name="a" select="waits/wait[1]/@until_at"/></xsl:call-template>: <xsl:value-of select="waits/wait[1]/@title"/></xsl:otherwise></xsl:choose></dd></xsl:if>
        <xsl:if test="@suspect &gt; 0 or @regressions &gt; 0 or @unseen &gt; 0"><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.care'"/></xsl:call-template></dt><dd>
          <xsl:for-each select="@suspect[. &gt; 0] | @regressions[. &gt; 0] | @unseen[. &gt; 0]"><xsl:sort select="number(name() = 'unseen')"/><span class="count"><xsl:if test="name() != 'unseen'"><xsl:attribute name="class">count worst</xsl:attribute></xsl:if>
            <xsl:call-template name="tf"><xsl:with-param name="id" select="concat('reset.care.', name())"/><xsl:with-param name="a" select="format-number(., '#,##0')"/></xsl:call-template></span><xsl:text> </xsl:text></xsl:for-each></dd></xsl:if>
        <xsl:if test="@finish_at"><dt><xsl:call-template name="t"><xsl:with-param name="id" select="'reset.finish'"/></xsl:call-template></dt><dd><xsl:call-template name="reset-finish"/></dd></xsl:if>
      </dl>
    </section>
  </xsl:for-each>
</xsl:template>
</xsl:stylesheet>
