<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Part of report.xsl: Group Policy objects, and which of them reach which computers. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template match="policies">
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'policies'"/></xsl:call-template>
    <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'policy.intro'"/></xsl:call-template></p>
    <ul class="legend">
      <li><xsl:call-template name="t"><xsl:with-param name="id" select="'policy.count.policies'"/></xsl:call-template><xsl:text> </xsl:text><b><xsl:call-template name="number"><xsl:with-param name="n" select="@count"/></xsl:call-template></b></li>
      <xsl:for-each select="@passwords[. &gt; 0] | @edited[. &gt; 0] | @lost[. &gt; 0] | @differ[. &gt; 0] | @unlinked[. &gt; 0]">
        <li><xsl:call-template name="t"><xsl:with-param name="id" select="concat('policy.count.', name())"/></xsl:call-template><xsl:text> </xsl:text><b><xsl:call-template name="number"><xsl:with-param name="n" select="."/></xsl:call-template></b></li>
      </xsl:for-each>
    </ul>
    <xsl:if test="policy">
      <div class="scroll"><table class="policies">
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'policy.name'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'policy.links'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'policy.reaches'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'policy.folder'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'policy.remarks'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:apply-templates select="policy"/></tbody>
      </table></div>
    </xsl:if>
    <xsl:if test="@rest &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'policy.policies.rest'"/>
      <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@rest"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
    <xsl:if test="class">
      <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'reach.title'"/></xsl:call-template></h3>
      <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'reach.intro'"/></xsl:call-template></p>
      <div class="reaches"><xsl:apply-templates select="class"/></div>
      <xsl:if test="@rest_classes &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'reach.classes.rest'"/>
        <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@rest_classes"/></xsl:call-template></xsl:with-param>
        <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="@rest_computers"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
    </xsl:if>
  </section>
</xsl:template>

<!-- On a narrow screen a row is a block: report.css takes the words of the columns from data-label. -->
<xsl:template match="policy">
  <tr>
    <th scope="row"><bdi><xsl:value-of select="@name"/></bdi><xsl:if test="@name != @id"><span class="key"><bdi><xsl:value-of select="@id"/></bdi></span></xsl:if></th>
    <td data-label="{key('m', 'policy.links')}"><xsl:call-template name="policy-links"/></td>
    <td class="n" data-label="{key('m', 'policy.reaches')}"><xsl:choose>
      <xsl:when test="@applies"><xsl:call-template name="number"><xsl:with-param name="n" select="@applies"/></xsl:call-template></xsl:when>
      <xsl:otherwise>—</xsl:otherwise></xsl:choose>
      <xsl:if test="@doubtful &gt; 0"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'policy.doubtful'"/>
        <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@doubtful"/></xsl:call-template></xsl:with-param></xsl:call-template></span></xsl:if></td>
    <td data-label="{key('m', 'policy.folder')}"><xsl:call-template name="policy-folder"/></td>
    <td class="remark"><xsl:call-template name="policy-remarks"/></td>
  </tr>
</xsl:template>

<xsl:template name="policy-links">
  <xsl:choose>
    <xsl:when test="@links &gt; 0"><xsl:call-template name="tf"><xsl:with-param name="id" select="'policy.links.number'"/>
      <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@links"/></xsl:call-template></xsl:with-param></xsl:call-template></xsl:when>
    <xsl:when test="@links"><xsl:call-template name="t"><xsl:with-param name="id" select="'policy.links.none'"/></xsl:call-template></xsl:when>
    <xsl:otherwise>—</xsl:otherwise>
  </xsl:choose>
  <xsl:if test="enforced"><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="'policy.enforced'"/></xsl:call-template>
    <xsl:call-template name="policy-names"><xsl:with-param name="of" select="enforced"/><xsl:with-param name="rest" select="@rest_enforced"/></xsl:call-template></span></xsl:if>
  <xsl:if test="@off_links &gt; 0"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'policy.links.off'"/><xsl:with-param name="a" select="@off_links"/></xsl:call-template></span></xsl:if>
</xsl:template>

<xsl:template name="policy-names">
  <xsl:param name="of"/>
  <xsl:param name="rest"/>
  <xsl:for-each select="$of"><xsl:if test="position() &gt; 1"><xsl:call-template name="t"><xsl:with-param name="id" select="'host.comma'"/></xsl:call-template></xsl:if><bdi><xsl:value-of select="@name"/></bdi></xsl:for-each>
  <xsl:if test="$rest"><xsl:call-template name="t"><xsl:with-param name="id" select="'host.comma'"/></xsl:call-template><xsl:call-template name="tf"><xsl:with-param name="id" select="'policy.rest'"/>
    <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="$rest"/></xsl:call-template></xsl:with-param></xsl:call-template></xsl:if>
</xsl:template>

<xsl:template name="policy-folder">
  <xsl:variable name="class"><xsl:choose>
    <xsl:when test="@folder = 'read' or @folder = 'copy'">complete</xsl:when>
    <xsl:when test="@folder = 'partial' or @folder = 'unread'">partial</xsl:when>
    <xsl:otherwise>failed</xsl:otherwise></xsl:choose></xsl:variable>
  <span class="cover {$class}"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('policy.folder.', @folder)"/><xsl:with-param name="or" select="string(@folder)"/></xsl:call-template></span>
  <xsl:choose>
    <xsl:when test="@same = 1"><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="'policy.version.same'"/></xsl:call-template></span></xsl:when>
    <xsl:when test="@same">
      <xsl:if test="@computer != @folder_computer"><span class="key odd"><xsl:call-template name="tf"><xsl:with-param name="id" select="'policy.version.computer'"/>
        <xsl:with-param name="a" select="@computer"/><xsl:with-param name="b" select="@folder_computer"/></xsl:call-template></span></xsl:if>
      <xsl:if test="@user != @folder_user"><span class="key odd"><xsl:call-template name="tf"><xsl:with-param name="id" select="'policy.version.user'"/>
        <xsl:with-param name="a" select="@user"/><xsl:with-param name="b" select="@folder_user"/></xsl:call-template></span></xsl:if>
    </xsl:when>
  </xsl:choose>
</xsl:template>

<xsl:template name="policy-remarks">
  <xsl:variable name="off"><xsl:choose>
    <xsl:when test="@computer_off = 1 and @user_off = 1">both</xsl:when>
    <xsl:when test="@computer_off = 1">computer</xsl:when>
    <xsl:when test="@user_off = 1">user</xsl:when></xsl:choose></xsl:variable>
  <xsl:if test="@passwords &gt; 0 or @blanks &gt; 0 or editor or writer or @orphan = 1 or @wmi = 1 or $off != ''">
    <ul class="remarks">
      <xsl:if test="@passwords &gt; 0"><li class="worst"><xsl:call-template name="tf"><xsl:with-param name="id" select="'policy.password'"/><xsl:with-param name="a" select="@passwords"/></xsl:call-template></li></xsl:if>
      <xsl:if test="editor"><li class="worst"><xsl:call-template name="t"><xsl:with-param name="id" select="'policy.editors'"/></xsl:call-template>
        <xsl:call-template name="policy-names"><xsl:with-param name="of" select="editor"/><xsl:with-param name="rest" select="@rest_editor"/></xsl:call-template></li></xsl:if>
      <xsl:if test="writer"><li class="worst"><xsl:call-template name="t"><xsl:with-param name="id" select="'policy.writers'"/></xsl:call-template>
        <xsl:call-template name="policy-names"><xsl:with-param name="of" select="writer"/><xsl:with-param name="rest" select="@rest_writer"/></xsl:call-template></li></xsl:if>
      <xsl:if test="@orphan = 1"><li><xsl:call-template name="t"><xsl:with-param name="id" select="'policy.orphan'"/></xsl:call-template></li></xsl:if>
      <xsl:if test="$off != ''"><li><xsl:call-template name="t"><xsl:with-param name="id" select="concat('policy.off.', $off)"/></xsl:call-template></li></xsl:if>
      <xsl:if test="@wmi = 1"><li><xsl:call-template name="t"><xsl:with-param name="id" select="'policy.wmi'"/></xsl:call-template></li></xsl:if>
      <xsl:if test="@blanks &gt; 0"><li><xsl:call-template name="tf"><xsl:with-param name="id" select="'policy.blank'"/><xsl:with-param name="a" select="@blanks"/></xsl:call-template></li></xsl:if>
    </ul>
  </xsl:if>
</xsl:template>

<!-- One class of computers: the policies in their order, then those that are linked and do not come through. -->
<xsl:template match="class">
  <xsl:variable name="on" select="reach[@place and @id != '']"/>
  <xsl:variable name="off" select="reach[not(@place)]"/>
  <article class="reach">
    <h4><xsl:choose>
      <xsl:when test="@computers &gt; 0"><xsl:call-template name="tf"><xsl:with-param name="id" select="'reach.computers'"/>
        <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@computers"/></xsl:call-template></xsl:with-param></xsl:call-template>
        <xsl:if test="@controllers &gt; 0"><xsl:call-template name="t"><xsl:with-param name="id" select="'host.comma'"/></xsl:call-template><xsl:call-template name="tf"><xsl:with-param name="id" select="'reach.controllers'"/>
          <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@controllers"/></xsl:call-template></xsl:with-param></xsl:call-template></xsl:if></xsl:when>
      <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'reach.domain'"/></xsl:call-template><bdi><xsl:value-of select="@domain"/></bdi></xsl:otherwise></xsl:choose></h4>
    <p class="who"><xsl:choose>
      <xsl:when test="computer"><xsl:call-template name="policy-names"><xsl:with-param name="of" select="computer"/><xsl:with-param name="rest" select="@rest_computer"/></xsl:call-template></xsl:when>
      <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'reach.domain.note'"/></xsl:call-template></xsl:otherwise></xsl:choose></p>
    <xsl:if test="reach[@id = '']"><p class="note odd"><xsl:call-template name="t"><xsl:with-param name="id" select="'reach.open'"/></xsl:call-template></p></xsl:if>
    <div class="two">
      <div>
        <xsl:choose>
          <xsl:when test="$on"><h5><xsl:call-template name="t"><xsl:with-param name="id" select="'reach.applies'"/></xsl:call-template></h5>
            <ol><xsl:for-each select="$on"><li><xsl:call-template name="reach"/></li></xsl:for-each></ol></xsl:when>
          <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'reach.none'"/></xsl:call-template></p></xsl:otherwise>
        </xsl:choose>
      </div>
      <div>
        <xsl:if test="$off"><h5><xsl:call-template name="t"><xsl:with-param name="id" select="'reach.not'"/></xsl:call-template></h5>
          <ul><xsl:for-each select="$off"><li><xsl:call-template name="reach"/></li></xsl:for-each></ul></xsl:if>
      </div>
    </div>
    <xsl:if test="@rest_reach"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'reach.rest'"/><xsl:with-param name="a" select="@rest_reach"/></xsl:call-template></p></xsl:if>
  </article>
</xsl:template>

<xsl:template name="reach">
  <bdi><xsl:value-of select="@name"/></bdi><span class="of names"><xsl:if test="@reason"><xsl:call-template name="t"><xsl:with-param name="id" select="'blind.colon'"/></xsl:call-template>
    <xsl:if test="@state = 'unknown'"><b><xsl:call-template name="t"><xsl:with-param name="id" select="'reach.unknown'"/></xsl:call-template></b><xsl:call-template name="t"><xsl:with-param name="id" select="'host.comma'"/></xsl:call-template></xsl:if>
    <xsl:call-template name="t"><xsl:with-param name="id" select="concat('reach.reason.', @reason)"/><xsl:with-param name="or" select="string(@reason)"/></xsl:call-template></xsl:if>
    <xsl:if test="@at"><xsl:call-template name="t"><xsl:with-param name="id" select="'reach.at.open'"/></xsl:call-template><bdi><xsl:value-of select="@at"/></bdi>
      <xsl:if test="@enforced = 1"><xsl:call-template name="t"><xsl:with-param name="id" select="'host.comma'"/></xsl:call-template><xsl:call-template name="t"><xsl:with-param name="id" select="'reach.enforced'"/></xsl:call-template></xsl:if><xsl:call-template name="t"><xsl:with-param name="id" select="'reach.at.close'"/></xsl:call-template></xsl:if></span>
</xsl:template>
</xsl:stylesheet>
