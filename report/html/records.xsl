<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Part of report.xsl: event logs. How far they reach comes first: what is not on record is only a finding inside of that. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template match="records">
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'records'"/></xsl:call-template>
    <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'records.intro'"/></xsl:call-template></p>
    <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'records.coverage'"/></xsl:call-template></h3>
    <xsl:apply-templates select="controllers[unread]"/>
    <xsl:apply-templates select="hosts[unread]"/>
    <xsl:apply-templates select="nobodys[log]"/>
    <xsl:apply-templates select="logs"/>
    <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'records.found'"/></xsl:call-template></h3>
    <xsl:apply-templates select="found"/>
    <xsl:apply-templates select="accounts[account]"/>
  </section>
</xsl:template>

<xsl:template match="records/controllers | records/hosts">
  <p><b><xsl:call-template name="tf"><xsl:with-param name="id" select="concat('records.unread.', name())"/><xsl:with-param name="a">
    <xsl:call-template name="number"><xsl:with-param name="n" select="count(unread) + @rest"/></xsl:call-template></xsl:with-param></xsl:call-template></b><xsl:text> </xsl:text>
    <xsl:for-each select="unread"><xsl:if test="position() &gt; 1">, </xsl:if><bdi><xsl:value-of select="@name"/></bdi></xsl:for-each><xsl:if test="@rest &gt; 0">, …</xsl:if></p>
</xsl:template>

<xsl:template match="records/nobodys">
  <p><b><xsl:call-template name="tf"><xsl:with-param name="id" select="'records.nobodys'"/><xsl:with-param name="a">
    <xsl:call-template name="number"><xsl:with-param name="n" select="count(log) + @rest"/></xsl:call-template></xsl:with-param></xsl:call-template></b><xsl:text> </xsl:text>
    <xsl:for-each select="log"><xsl:if test="position() &gt; 1">, </xsl:if><bdi><xsl:value-of select="@name"/></bdi> (<xsl:call-template name="t"><xsl:with-param name="id" select="concat('records.reason.', @reason)"/><xsl:with-param name="or" select="@reason"/></xsl:call-template>)</xsl:for-each><xsl:if test="@rest &gt; 0">, …</xsl:if></p>
</xsl:template>

<xsl:template match="records/logs">
  <xsl:if test="log">
    <div class="scroll"><table class="records">
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'records.host'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'records.log'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'records.from'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'records.to'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'records.days'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'records.remarks'"/></xsl:call-template>
      </tr></thead>
      <tbody><xsl:apply-templates select="log"/></tbody>
    </table></div>
  </xsl:if>
  <xsl:call-template name="rest"><xsl:with-param name="of" select="."/></xsl:call-template>
</xsl:template>

<xsl:template match="logs/log">
  <tr>
    <th scope="row"><bdi><xsl:value-of select="@name"/></bdi><xsl:if test="@controller = 1"><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="'records.controller'"/></xsl:call-template></span></xsl:if></th>
    <td><bdi><xsl:value-of select="@channel"/></bdi></td>
    <td class="when"><xsl:value-of select="@from_at"/></td>
    <td class="when"><xsl:value-of select="@to_at"/></td>
    <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@days"/></xsl:call-template></td>
    <td><ul class="remarks">
      <xsl:if test="@clears &gt; 0"><li class="worst"><xsl:call-template name="tf"><xsl:with-param name="id" select="'records.clears'"/><xsl:with-param name="a" select="@clears"/><xsl:with-param name="b" select="@cleared_at"/></xsl:call-template>
        <xsl:if test="@cleared_by"> (<bdi><xsl:value-of select="@cleared_by"/></bdi>)</xsl:if></li></xsl:if>
      <xsl:for-each select="@switches[. &gt; 0]"><li class="worst"><xsl:call-template name="tf"><xsl:with-param name="id" select="'records.switches'"/><xsl:with-param name="a" select="."/></xsl:call-template></li></xsl:for-each>
      <xsl:if test="@gaps &gt; 0"><li class="odd"><xsl:call-template name="tf"><xsl:with-param name="id" select="'records.gaps'"/><xsl:with-param name="a" select="@gaps"/>
        <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="string(@missing)"/></xsl:call-template></xsl:with-param></xsl:call-template></li></xsl:if>
      <xsl:for-each select="@damaged[. &gt; 0] | @drops[. &gt; 0] | @steps[. &gt; 0]"><li class="odd"><xsl:call-template name="tf"><xsl:with-param name="id" select="concat('records.', name())"/><xsl:with-param name="a" select="."/></xsl:call-template></li></xsl:for-each>
      <xsl:if test="@whole = 0"><li class="odd"><xsl:call-template name="t"><xsl:with-param name="id" select="'records.partly'"/></xsl:call-template></li></xsl:if>
    </ul></td>
  </tr>
</xsl:template>

<xsl:template match="records/found">
  <xsl:choose>
    <xsl:when test="check">
      <div class="scroll"><table class="records">
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'records.check'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'records.count'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'records.top'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="check"><tr>
          <th scope="row"><xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template><xsl:text> </xsl:text><a href="#{@id}"><xsl:value-of select="@title"/></a></th>
          <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@fail"/></xsl:call-template></td>
          <td><ul class="remarks"><xsl:for-each select="top"><li><bdi><xsl:value-of select="@name"/></bdi>
            <xsl:if test="@first_at or @events"><span class="key"><xsl:if test="@events"><xsl:call-template name="tf"><xsl:with-param name="id" select="'records.events'"/><xsl:with-param name="a" select="@events"/></xsl:call-template><xsl:text> </xsl:text></xsl:if>
              <xsl:value-of select="@first_at"/><xsl:if test="@last_at and @last_at != @first_at"> – <xsl:value-of select="@last_at"/></xsl:if></span></xsl:if></li></xsl:for-each>
            <xsl:if test="@rest &gt; 0"><li><xsl:call-template name="tf"><xsl:with-param name="id" select="'scope.rest'"/><xsl:with-param name="a" select="format-number(@rest, '#,##0')"/></xsl:call-template></li></xsl:if></ul></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:call-template name="rest"><xsl:with-param name="of" select="."/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'records.nothing'"/></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
  <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'records.timeline'"/></xsl:call-template></p>
</xsl:template>

<xsl:template match="records/accounts">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'records.accounts'"/></xsl:call-template></h3>
  <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'records.accounts.intro'"/></xsl:call-template></p>
  <xsl:for-each select="account">
    <h4><bdi><xsl:value-of select="@name"/></bdi><span class="key"><bdi><xsl:value-of select="@sid"/></bdi></span></h4>
    <xsl:choose>
      <xsl:when test="entry">
        <div class="scroll"><table class="records">
          <thead><tr>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'records.at'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'records.witness'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'records.what'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'records.by'"/></xsl:call-template>
          </tr></thead>
          <tbody><xsl:for-each select="entry"><tr>
            <th scope="row" class="when"><xsl:value-of select="@at_time"/></th>
            <td><xsl:call-template name="t"><xsl:with-param name="id" select="concat('records.witness.', @witness)"/><xsl:with-param name="or" select="@witness"/></xsl:call-template>
              <span class="key"><bdi><xsl:value-of select="@told_by"/></bdi></span></td>
            <td><xsl:call-template name="entry-what"/></td>
            <td><bdi><xsl:value-of select="@changed_by"/></bdi><xsl:if test="@address"><span class="key"><bdi><xsl:value-of select="@address"/></bdi></span></xsl:if></td>
          </tr></xsl:for-each></tbody>
        </table></div>
        <xsl:call-template name="rest"><xsl:with-param name="of" select="."/></xsl:call-template>
      </xsl:when>
      <xsl:otherwise><p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'records.no.entries'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
  </xsl:for-each>
  <xsl:call-template name="rest"><xsl:with-param name="of" select="."/></xsl:call-template>
</xsl:template>

<xsl:template name="entry-what">
  <xsl:choose>
    <xsl:when test="@what = 'secret' or @what = 'date'"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('records.what.', @what)"/></xsl:call-template></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="concat('event.kind.', @what)"/><xsl:with-param name="or" select="@what"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
  <xsl:if test="@event_id"><span class="key"><xsl:value-of select="@event_id"/></span></xsl:if>
  <xsl:if test="@version"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'records.version'"/><xsl:with-param name="a" select="@version"/></xsl:call-template></span></xsl:if>
</xsl:template>
</xsl:stylesheet>
