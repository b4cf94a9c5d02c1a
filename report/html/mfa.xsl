<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Part of report.xsl: second factors. How many have one comes first, then who lacks one, where it is known from, and what is not known.
     The chart of it stands in the overview. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template match="report/mfa">
  <section class="chapter mfa">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'mfa'"/></xsl:call-template>
    <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.intro'"/></xsl:call-template></p>
    <p><b><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.registered.is.not'"/></xsl:call-template></b></p>
    <p><xsl:call-template name="mfa-target"/></p>
    <xsl:apply-templates select="coverage[population]"/>
    <xsl:apply-templates select="worst"/>
    <xsl:apply-templates select="named[entry]"/>
    <xsl:apply-templates select="exports[export]"/>
    <xsl:apply-templates select="unjoined[records/record]"/>
    <xsl:call-template name="mfa-missing"/>
  </section>
</xsl:template>

<xsl:template name="mfa-target">
  <xsl:choose>
    <xsl:when test="coverage/population[1]/@days_left &gt; 0"><xsl:call-template name="tf"><xsl:with-param name="id" select="'mfa.target'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="coverage/population[1]/@days_left"/></xsl:call-template></xsl:with-param></xsl:call-template></xsl:when>
    <xsl:when test="coverage/population[1]/@days_left"><span class="worst"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.target.over'"/></xsl:call-template></span></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.target.only'"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- page 1: one line each of what no protocol can tell -->
<xsl:template name="people">
  <xsl:variable name="admins" select="/report/mfa/coverage/population[@population = 'privileged' and @accounts &gt; 0]"/>
  <xsl:if test="$admins | /report/questions">
    <ul class="people">
      <xsl:for-each select="$admins"><li><a href="#mfa"><xsl:call-template name="tf"><xsl:with-param name="id" select="'mfa.page'"/>
          <xsl:with-param name="a" select="format-number(@registered, '#,##0')"/><xsl:with-param name="b" select="format-number(@accounts, '#,##0')"/></xsl:call-template></a>
        <xsl:for-each select="@without[. &gt; 0] | @bypassed[. &gt; 0]"><xsl:text> </xsl:text><span class="worst"><xsl:call-template name="tf"><xsl:with-param name="id" select="concat('mfa.page.', name())"/><xsl:with-param name="a" select="format-number(., '#,##0')"/></xsl:call-template></span></xsl:for-each>
        <xsl:if test="@unknown &gt; 0"><xsl:text> </xsl:text><xsl:call-template name="tf"><xsl:with-param name="id" select="'mfa.page.unknown'"/><xsl:with-param name="a" select="format-number(@unknown, '#,##0')"/></xsl:call-template></xsl:if></li></xsl:for-each>
      <xsl:for-each select="/report/questions"><li><a href="#questions"><xsl:call-template name="tf"><xsl:with-param name="id" select="'question.page'"/>
          <xsl:with-param name="a" select="@well + @no + @waived + @not_applicable"/><xsl:with-param name="b" select="@total"/></xsl:call-template></a>
        <xsl:if test="@no + @waived &gt; 0"><xsl:text> </xsl:text><span class="worst"><xsl:call-template name="tf"><xsl:with-param name="id" select="'question.page.no'"/><xsl:with-param name="a" select="@no + @waived"/></xsl:call-template></span></xsl:if></li></xsl:for-each>
    </ul>
  </xsl:if>
</xsl:template>

<xsl:template name="mfa-share">
  <xsl:param name="n"/>
  <xsl:param name="percent"/>
  <td class="n"><xsl:call-template name="some"><xsl:with-param name="n" select="$n"/></xsl:call-template><xsl:if test="$n &gt; 0 and $percent"><span class="key"><xsl:value-of select="format-number($percent, '0')"/>%</span></xsl:if></td>
</xsl:template>

<!-- Nobody knows of them whether they belong to the population, or how many there are. -->
<xsl:template name="mfa-unplaced">
  <xsl:choose>
    <xsl:when test="@unplaced &gt; 0"><span class="key odd"><xsl:call-template name="tf"><xsl:with-param name="id" select="'mfa.unplaced'"/><xsl:with-param name="a" select="format-number(@unplaced, '#,##0')"/></xsl:call-template></span></xsl:when>
    <xsl:when test="not(@unplaced)"><span class="key odd"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.unplaced.some'"/></xsl:call-template></span></xsl:when>
  </xsl:choose>
</xsl:template>

<xsl:template name="mfa-bad">
  <xsl:param name="n"/>
  <td class="n"><xsl:if test="$n &gt; 0"><xsl:attribute name="class">n fail</xsl:attribute></xsl:if><xsl:call-template name="some"><xsl:with-param name="n" select="$n"/></xsl:call-template></td>
</xsl:template>

<xsl:template match="mfa/coverage">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.coverage'"/></xsl:call-template></h3>
  <div class="scroll"><table class="phases">
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.population'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.accounts'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.registered'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.capable'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.enforced'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.bypassed'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.without'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.unknown'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
    </tr></thead>
    <tbody><xsl:for-each select="population"><tr>
      <xsl:if test="@population = 'everyone'"><xsl:attribute name="class">total</xsl:attribute></xsl:if>
      <th scope="row"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('mfa.population.', @population)"/><xsl:with-param name="or" select="@population"/></xsl:call-template></th>
      <xsl:choose>
        <xsl:when test="@accounts &gt; 0">
          <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@accounts"/></xsl:call-template><xsl:call-template name="mfa-unplaced"/></td>
          <xsl:call-template name="mfa-share"><xsl:with-param name="n" select="@registered"/><xsl:with-param name="percent" select="@registered_percent"/></xsl:call-template>
          <td class="n"><xsl:call-template name="some"><xsl:with-param name="n" select="@capable"/></xsl:call-template></td>
          <xsl:call-template name="mfa-share"><xsl:with-param name="n" select="@enforced"/><xsl:with-param name="percent" select="@enforced_percent"/></xsl:call-template>
          <xsl:call-template name="mfa-bad"><xsl:with-param name="n" select="@bypassed"/></xsl:call-template>
          <xsl:call-template name="mfa-bad"><xsl:with-param name="n" select="@without"/></xsl:call-template>
          <xsl:call-template name="mfa-share"><xsl:with-param name="n" select="@unknown"/><xsl:with-param name="percent" select="@unknown_percent"/></xsl:call-template>
        </xsl:when>
        <xsl:otherwise><td colspan="7"><xsl:call-template name="t"><xsl:with-param name="id"><xsl:choose>
          <xsl:when test="@entries = 0 and (@population = 'remote_access' or @population = 'vendor')">mfa.nobody.named</xsl:when>
          <xsl:when test="@accounts = 0 and @unplaced = 0">mfa.nobody</xsl:when><xsl:otherwise>mfa.notknown</xsl:otherwise></xsl:choose></xsl:with-param></xsl:call-template></td></xsl:otherwise>
      </xsl:choose>
    </tr></xsl:for-each></tbody>
  </table></div>
  <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.words'"/></xsl:call-template></p>
</xsl:template>

<xsl:template name="mfa-proofs">
  <ul class="remarks"><xsl:for-each select="proof"><li><xsl:call-template name="t"><xsl:with-param name="id" select="concat('mfa.basis.', @basis)"/><xsl:with-param name="or" select="@basis"/></xsl:call-template>
    <xsl:if test="@method != 'state'"><xsl:call-template name="t"><xsl:with-param name="id" select="'blind.colon'"/></xsl:call-template><xsl:call-template name="t"><xsl:with-param name="id" select="concat('mfa.method.', @method)"/><xsl:with-param name="or" select="@method"/></xsl:call-template></xsl:if>
    <xsl:for-each select="@registered[. = 0] | @bypassed[. = 1] | @enforced[. = 1]"><xsl:text> </xsl:text><span><xsl:attribute name="class"><xsl:choose><xsl:when test="name() = 'enforced'">of</xsl:when><xsl:otherwise>of worst</xsl:otherwise></xsl:choose></xsl:attribute><xsl:call-template name="t"><xsl:with-param name="id" select="concat('mfa.proof.', name())"/></xsl:call-template></span></xsl:for-each>
    <xsl:if test="@strength = 'weak'"><xsl:text> </xsl:text><span class="of odd"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.proof.weak'"/></xsl:call-template></span></xsl:if>
    <xsl:if test="@seen_at"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'mfa.asof'"/><xsl:with-param name="a" select="@seen_at"/></xsl:call-template></span></xsl:if></li></xsl:for-each>
    <xsl:if test="@rest &gt; 0"><li><xsl:call-template name="tf"><xsl:with-param name="id" select="'scope.rest'"/><xsl:with-param name="a" select="@rest"/></xsl:call-template></li></xsl:if>
    <xsl:if test="not(proof)"><li><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.proof.none'"/></xsl:call-template></li></xsl:if></ul>
</xsl:template>

<xsl:template match="mfa/worst">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.worst'"/></xsl:call-template></h3>
  <xsl:choose>
    <xsl:when test="account">
      <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.worst.intro'"/></xsl:call-template></p>
      <div class="scroll"><table class="looks">
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.account'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.state'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.matters'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.proofs'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="account"><tr>
          <th scope="row"><bdi><xsl:value-of select="@name"/><xsl:if test="not(@name)"><xsl:value-of select="@subject"/></xsl:if></bdi><xsl:if test="@name"><span class="key"><bdi><xsl:value-of select="@subject"/></bdi></span></xsl:if></th>
          <td class="yes"><span><xsl:attribute name="class">badge <xsl:choose><xsl:when test="@state = 'weak'">medium</xsl:when><xsl:when test="@privileged = 1">critical</xsl:when><xsl:otherwise>high</xsl:otherwise></xsl:choose></xsl:attribute>
            <xsl:call-template name="t"><xsl:with-param name="id" select="concat('mfa.state.', @state)"/></xsl:call-template></span></td>
          <td><xsl:for-each select="@privileged[. = 1] | @remote[. = 1] | @vendor[. = 1]"><xsl:if test="position() &gt; 1"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.comma'"/></xsl:call-template></xsl:if>
            <xsl:call-template name="t"><xsl:with-param name="id" select="concat('mfa.matters.', name())"/></xsl:call-template></xsl:for-each>
            <xsl:if test="@privileged = 1 and @privileges"><span class="key"><bdi><xsl:value-of select="@privileges"/></bdi></span></xsl:if></td>
          <td><xsl:call-template name="mfa-proofs"/></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:call-template name="mfa-rest"/>
    </xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id"><xsl:text>mfa.worst.none</xsl:text><xsl:if test="sum(../coverage/population[@population != 'everyone']/@unknown) &gt; 0 or not(../coverage/population[@population = 'privileged' and @accounts &gt; 0])">.known</xsl:if></xsl:with-param></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="mfa-rest">
  <xsl:if test="@rest &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'mfa.rest'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@rest)"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
</xsl:template>

<xsl:template match="mfa/named">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.named'"/></xsl:call-template></h3>
  <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.named.intro'"/></xsl:call-template></p>
  <div class="scroll"><table class="looks">
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.account'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.purpose'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.lastuse'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.alarm'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.proofs'"/></xsl:call-template>
    </tr></thead>
    <tbody><xsl:for-each select="entry"><tr>
      <th scope="row"><bdi><xsl:value-of select="@entry"/></bdi><xsl:if test="@name and @name != @entry"><span class="key"><bdi><xsl:value-of select="@name"/></bdi></span></xsl:if>
        <xsl:choose><xsl:when test="not(@matches)"><span class="key worst"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.notfound'"/></xsl:call-template></span></xsl:when>
          <xsl:when test="@matches &gt; 1"><span class="key worst"><xsl:call-template name="tf"><xsl:with-param name="id" select="'mfa.ambiguous'"/><xsl:with-param name="a" select="@matches"/></xsl:call-template></span></xsl:when>
          <xsl:when test="@enabled = 0"><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.disabled'"/></xsl:call-template></span></xsl:when></xsl:choose></th>
      <td class="yes"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('mfa.purpose.', @purpose)"/></xsl:call-template></td>
      <td><xsl:choose><xsl:when test="@used = 1"><span><xsl:if test="@purpose = 'honey'"><xsl:attribute name="class">worst</xsl:attribute></xsl:if><xsl:call-template name="t"><xsl:with-param name="id" select="concat('mfa.used.', @purpose)"/></xsl:call-template><xsl:text> </xsl:text><span class="when"><xsl:value-of select="@used_at"/></span></span>
          <xsl:if test="@places"><span class="key"><bdi><xsl:value-of select="@places"/></bdi></span></xsl:if></xsl:when>
        <xsl:when test="@used = 0"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.used.never'"/></xsl:call-template></xsl:when>
        <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.notknown'"/></xsl:call-template></xsl:otherwise></xsl:choose></td>
      <td><xsl:choose><xsl:when test="@note"><bdi><xsl:value-of select="@note"/></bdi></xsl:when><xsl:when test="@purpose = 'break_glass'"><span class="odd"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.alarm.none'"/></xsl:call-template></span></xsl:when></xsl:choose></td>
      <td><xsl:call-template name="mfa-proofs"/></td>
    </tr></xsl:for-each></tbody>
  </table></div>
  <xsl:call-template name="mfa-rest"/>
</xsl:template>

<xsl:template match="mfa/exports">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.exports'"/></xsl:call-template></h3>
  <div class="scroll"><table class="phases">
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.service'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'files.path'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.accounts'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.joined'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.notjoined'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.made'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.read'"/></xsl:call-template>
    </tr></thead>
    <tbody><xsl:for-each select="export"><tr>
      <th scope="row"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('mfa.basis.', @service)"/><xsl:with-param name="or" select="@service"/></xsl:call-template></th>
      <td class="path"><bdi><xsl:value-of select="@path"/></bdi></td>
      <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@accounts)"/></xsl:call-template></td>
      <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@joined)"/></xsl:call-template></td>
      <td class="n"><xsl:if test="@unjoined &gt; 0"><xsl:attribute name="class">n fail</xsl:attribute></xsl:if><xsl:call-template name="some"><xsl:with-param name="n" select="@unjoined"/></xsl:call-template></td>
      <td class="when"><xsl:value-of select="@exported_at"/><xsl:if test="@age_days &gt; 0"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'mfa.age'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@age_days"/></xsl:call-template></xsl:with-param></xsl:call-template></span></xsl:if></td>
      <td><xsl:choose><xsl:when test="@whole = 1"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.whole'"/></xsl:call-template></xsl:when><xsl:otherwise><b class="worst"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.cut'"/></xsl:call-template></b></xsl:otherwise></xsl:choose>
        <xsl:if test="@unreadable &gt; 0"><span class="key odd"><xsl:call-template name="tf"><xsl:with-param name="id" select="'mfa.unreadable'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@unreadable"/></xsl:call-template></xsl:with-param></xsl:call-template></span></xsl:if></td>
    </tr></xsl:for-each></tbody>
  </table></div>
  <xsl:call-template name="mfa-rest"/>
</xsl:template>

<xsl:template match="mfa/unjoined">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.unjoined'"/></xsl:call-template></h3>
  <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.unjoined.intro'"/></xsl:call-template></p>
  <ul class="blind"><xsl:for-each select="reason"><li><xsl:call-template name="t"><xsl:with-param name="id" select="concat('mfa.reason.', @name)"/><xsl:with-param name="or" select="@name"/></xsl:call-template><xsl:call-template name="t"><xsl:with-param name="id" select="'blind.colon'"/></xsl:call-template><b><xsl:call-template name="number"><xsl:with-param name="n" select="@number"/></xsl:call-template></b></li></xsl:for-each></ul>
  <div class="scroll"><table class="looks">
    <thead><tr>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.record'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'mfa.reason'"/></xsl:call-template>
      <xsl:call-template name="th"><xsl:with-param name="id" select="'files.path'"/></xsl:call-template>
    </tr></thead>
    <tbody><xsl:for-each select="records/record"><tr>
      <th scope="row"><bdi><xsl:value-of select="@name"/></bdi></th>
      <td><xsl:call-template name="t"><xsl:with-param name="id" select="concat('mfa.reason.', @reason)"/><xsl:with-param name="or" select="@reason"/></xsl:call-template></td>
      <td><bdi><xsl:value-of select="@path"/></bdi></td>
    </tr></xsl:for-each></tbody>
  </table></div>
  <xsl:for-each select="records"><xsl:call-template name="mfa-rest"/></xsl:for-each>
</xsl:template>

<xsl:template name="mfa-missing">
  <xsl:variable name="unknown" select="sum(coverage/population[@population = 'everyone']/@unknown)"/>
  <xsl:if test="@exports = 0 or @broken &gt; 0 or @unreadable &gt; 0 or $unknown &gt; 0 or @remote_access = 0 or @vendor = 0 or unresolved/entry">
    <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.missing'"/></xsl:call-template></h3>
    <ul class="blind">
      <xsl:if test="@exports = 0"><li><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.missing.export'"/></xsl:call-template>
        <ul><xsl:for-each select="/report/messages/m[starts-with(@id, 'mfa.import.')]"><li><xsl:value-of select="."/></li></xsl:for-each></ul><pre>kagimori import evidence.db users.csv</pre></li></xsl:if>
      <xsl:if test="$unknown &gt; 0"><li><xsl:call-template name="tf"><xsl:with-param name="id" select="'mfa.missing.unknown'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="string($unknown)"/></xsl:call-template></xsl:with-param></xsl:call-template>
        <xsl:if test="not(@sources_complete = 1)"><xsl:text> </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.missing.sources'"/></xsl:call-template></xsl:if></li></xsl:if>
      <xsl:for-each select="@broken[. &gt; 0] | @unreadable[. &gt; 0]"><li><xsl:call-template name="tf"><xsl:with-param name="id" select="concat('mfa.missing.', name())"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="."/></xsl:call-template></xsl:with-param></xsl:call-template></li></xsl:for-each>
      <xsl:for-each select="@remote_access[. = 0] | @vendor[. = 0]"><li><xsl:call-template name="t"><xsl:with-param name="id" select="concat('mfa.missing.', name())"/></xsl:call-template></li></xsl:for-each>
      <xsl:if test="unresolved/entry"><li><xsl:call-template name="t"><xsl:with-param name="id" select="'mfa.missing.unresolved'"/></xsl:call-template><xsl:text> </xsl:text>
        <xsl:for-each select="unresolved/entry"><xsl:if test="position() &gt; 1">, </xsl:if><bdi><xsl:value-of select="@entry"/></bdi><xsl:if test="@matches &gt; 1"> (<xsl:call-template name="tf"><xsl:with-param name="id" select="'mfa.ambiguous'"/><xsl:with-param name="a" select="@matches"/></xsl:call-template>)</xsl:if></xsl:for-each><xsl:if test="unresolved/@rest &gt; 0">, …</xsl:if></li></xsl:if>
    </ul>
  </xsl:if>
</xsl:template>
</xsl:stylesheet>
