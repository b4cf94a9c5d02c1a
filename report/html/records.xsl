<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Part of report.xsl: event logs. What was found comes first, with what was not read above it; how far each log reaches closes the section. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">

<xsl:template match="records">
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'records'"/></xsl:call-template>
    <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'records.intro'"/></xsl:call-template></p>
    <p class="note"><xsl:call-template name="records-reach"/><xsl:text> </xsl:text><xsl:call-template name="tf"><xsl:with-param name="id" select="'scope.times'"/><xsl:with-param name="a" select="/report/@zone"/></xsl:call-template></p>
    <xsl:apply-templates select="controllers[unread]"/>
    <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'records.found'"/></xsl:call-template></h3>
    <xsl:if test="found/check"><p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.urgent.note'"/></xsl:call-template></p></xsl:if>
    <xsl:apply-templates select="found"/>
    <xsl:apply-templates select="accounts[account]"/>
    <h3 id="logs"><xsl:call-template name="t"><xsl:with-param name="id" select="'records.coverage'"/></xsl:call-template></h3>
    <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'records.days.note'"/></xsl:call-template></p>
    <xsl:apply-templates select="logs"/>
    <xsl:apply-templates select="hosts[unread]"/>
    <xsl:apply-templates select="unasked[unread]"/>
    <xsl:apply-templates select="nobodys[log]"/>
  </section>
</xsl:template>

<xsl:template name="records-reach">
  <xsl:for-each select="/report/records/reach"><xsl:if test="@controllers &gt; 0"><xsl:call-template name="tf"><xsl:with-param name="id" select="'records.reach.controllers'"/><xsl:with-param name="a" select="@controllers_read"/><xsl:with-param name="b" select="@controllers"/></xsl:call-template></xsl:if>
    <xsl:text> </xsl:text><xsl:call-template name="tf"><xsl:with-param name="id" select="'records.reach.hosts'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@hosts"/></xsl:call-template></xsl:with-param></xsl:call-template></xsl:for-each>
</xsl:template>

<!-- in the overview: what the event logs tell, in few words -->
<xsl:template name="signals">
  <xsl:for-each select="/report/records">
    <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'summary.records'"/></xsl:call-template></h3>
    <xsl:choose>
      <xsl:when test="signals/signal"><ul class="signals"><xsl:for-each select="signals/signal">
        <li><a href="#records"><b><xsl:call-template name="number"><xsl:with-param name="n" select="@number"/></xsl:call-template></b><xsl:text> </xsl:text>
          <xsl:call-template name="tf"><xsl:with-param name="id" select="concat('signal.', @name)"/><xsl:with-param name="a" select="@number"/></xsl:call-template></a></li>
      </xsl:for-each></ul></xsl:when>
      <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'signal.none'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
    <p class="note"><xsl:call-template name="records-reach"/></p>
  </xsl:for-each>
</xsl:template>

<xsl:template match="records/controllers | records/hosts | records/unasked">
  <p><xsl:if test="not(self::controllers)"><xsl:attribute name="class">note</xsl:attribute></xsl:if><b><xsl:call-template name="tf"><xsl:with-param name="id" select="concat('records.unread.', name())"/><xsl:with-param name="a">
    <xsl:call-template name="number"><xsl:with-param name="n" select="count(unread) + @rest"/></xsl:call-template></xsl:with-param></xsl:call-template></b><xsl:text> </xsl:text>
    <xsl:for-each select="unread"><xsl:if test="position() &gt; 1">, </xsl:if><bdi><xsl:value-of select="@name"/></bdi></xsl:for-each><xsl:if test="@rest &gt; 0">, …</xsl:if></p>
</xsl:template>

<xsl:template match="records/nobodys">
  <p><b><xsl:call-template name="tf"><xsl:with-param name="id" select="'records.nobodys'"/><xsl:with-param name="a">
    <xsl:call-template name="number"><xsl:with-param name="n" select="count(log) + @rest"/></xsl:call-template></xsl:with-param></xsl:call-template></b><xsl:text> </xsl:text>
    <xsl:for-each select="log"><xsl:if test="position() &gt; 1">, </xsl:if><bdi><xsl:value-of select="@name"/></bdi> (<xsl:call-template name="t"><xsl:with-param name="id" select="concat('records.reason.', @reason)"/><xsl:with-param name="or" select="@reason"/></xsl:call-template>)</xsl:for-each><xsl:if test="@rest &gt; 0">, …</xsl:if></p>
</xsl:template>

<xsl:template match="records/logs">
  <xsl:if test="host">
    <div class="scroll"><table class="records logs">
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'records.host'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'records.log'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'records.from'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'records.to'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'records.days'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'records.remarks'"/></xsl:call-template>
      </tr></thead>
      <xsl:for-each select="host"><tbody><xsl:apply-templates select="log"/></tbody></xsl:for-each>
    </table></div>
  </xsl:if>
  <xsl:call-template name="rest"><xsl:with-param name="of" select="."/></xsl:call-template>
</xsl:template>

<xsl:template name="channel">
  <xsl:call-template name="t"><xsl:with-param name="id" select="concat('channel.', @channel)"/><xsl:with-param name="or" select="@channel"/></xsl:call-template>
</xsl:template>

<!-- One block of rows a host: its name stands once, beside its first log. -->
<xsl:template match="logs/host/log">
  <tr>
    <xsl:if test="position() = 1"><th scope="rowgroup" rowspan="{count(../log)}"><bdi><xsl:value-of select="../@name"/></bdi>
      <xsl:if test="../@controller = 1"><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="'records.controller'"/></xsl:call-template></span></xsl:if>
      <xsl:if test="../@rest &gt; 0"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'scope.rest'"/><xsl:with-param name="a" select="../@rest"/></xsl:call-template></span></xsl:if></th></xsl:if>
    <td><xsl:call-template name="channel"/></td>
    <td class="when"><xsl:value-of select="@from_at"/></td>
    <td class="when"><xsl:value-of select="@to_at"/></td>
    <td class="n"><xsl:choose>
      <xsl:when test="@days = 0"><xsl:call-template name="t"><xsl:with-param name="id" select="'records.days.less'"/></xsl:call-template></xsl:when>
      <xsl:otherwise><xsl:call-template name="number"><xsl:with-param name="n" select="string(@days)"/></xsl:call-template></xsl:otherwise>
    </xsl:choose></td>
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
          <th scope="row"><xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template><xsl:text> </xsl:text><a href="#check-{@no}"><xsl:value-of select="@title"/></a></th>
          <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@fail"/></xsl:call-template></td>
          <td><ul class="remarks"><xsl:for-each select="top"><li><bdi><xsl:value-of select="@name"/></bdi>
            <xsl:if test="@what">: <bdi><xsl:value-of select="@what"/></bdi></xsl:if>
            <xsl:if test="@first_at or @events or @doer"><span class="key"><xsl:if test="@events"><xsl:call-template name="tf"><xsl:with-param name="id" select="'records.events'"/><xsl:with-param name="a" select="@events"/></xsl:call-template><xsl:text> </xsl:text></xsl:if>
              <xsl:value-of select="@first_at"/><xsl:if test="@last_at and @last_at != @first_at"> – <xsl:value-of select="@last_at"/></xsl:if>
              <xsl:if test="@doer"><xsl:text> </xsl:text><xsl:call-template name="t"><xsl:with-param name="id" select="'records.doer'"/></xsl:call-template><xsl:text> </xsl:text><bdi><xsl:value-of select="@doer"/></bdi></xsl:if></span></xsl:if></li></xsl:for-each>
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
