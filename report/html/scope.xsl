<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Part of report.xsl: waivers, what passed, what was looked at, how to read. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:template name="waiver-subject">
  <xsl:choose>
    <xsl:when test="@finding">—</xsl:when>
    <xsl:when test="@subject = '*'"><xsl:call-template name="t"><xsl:with-param name="id" select="'waiver.all'"/></xsl:call-template></xsl:when>
    <xsl:when test="@subject = '@break-glass' or @subject = '@honey'"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('waiver.group.', substring(@subject, 2))"/></xsl:call-template></xsl:when>
    <xsl:otherwise><bdi><xsl:value-of select="@subject"/></bdi></xsl:otherwise>
  </xsl:choose>
  <xsl:if test="@item"><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="'table.item'"/></xsl:call-template>: <bdi><xsl:value-of select="@item"/></bdi></span></xsl:if>
</xsl:template>

<xsl:template name="waivers">
  <section class="chapter waivers" data-group="">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'waivers'"/></xsl:call-template>
    <xsl:choose>
      <xsl:when test="waivers/waiver">
        <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'waiver.intro'"/></xsl:call-template></p>
        <div class="scroll"><table>
          <thead><tr>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'table.check'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'table.subject'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'waiver.reason'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'waiver.approver'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'waiver.expires'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'waiver.state'"/></xsl:call-template>
            <xsl:call-template name="th"><xsl:with-param name="id" select="'waiver.used'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          </tr></thead>
          <tbody><xsl:for-each select="waivers/waiver"><tr>
            <th scope="row"><xsl:choose>
              <xsl:when test="@finding"><xsl:call-template name="t"><xsl:with-param name="id" select="'waiver.finding'"/></xsl:call-template><xsl:text> </xsl:text><code><xsl:value-of select="@finding"/></code></xsl:when>
              <xsl:otherwise><code><xsl:value-of select="@check_id"/></code></xsl:otherwise></xsl:choose>
              <span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'waiver.line'"/><xsl:with-param name="a" select="@line"/></xsl:call-template></span></th>
            <td><xsl:call-template name="waiver-subject"/></td>
            <td><bdi><xsl:value-of select="@reason"/></bdi></td>
            <td><bdi><xsl:value-of select="@approver"/></bdi></td>
            <td class="date"><xsl:value-of select="@expires"/></td>
            <td><xsl:call-template name="t"><xsl:with-param name="id" select="concat('waiver.state.', @state)"/><xsl:with-param name="or" select="@state"/></xsl:call-template>
              <xsl:if test="@state = 'expired' and @fits &gt; 0"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'waiver.back'"/>
                <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@fits"/></xsl:call-template></xsl:with-param></xsl:call-template></span></xsl:if></td>
            <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@used"/></xsl:call-template></td>
          </tr></xsl:for-each></tbody>
        </table></div>
        <xsl:if test="checks/check/waived">
          <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'waiver.subjects'"/></xsl:call-template></h3>
          <xsl:for-each select="checks/check[waived]">
            <article class="reason" data-verdict="waived" data-severity="{@severity}" data-theme="{@theme}" data-check="{@id}">
              <h4 class="head"><xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template><xsl:text> </xsl:text><xsl:value-of select="title"/></h4>
              <xsl:apply-templates select="waived"/>
            </article>
          </xsl:for-each>
        </xsl:if>
      </xsl:when>
      <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'waiver.none'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
  </section>
</xsl:template>

<xsl:template name="passed">
  <xsl:variable name="list" select="checks/check[@status = 'pass']"/>
  <section class="chapter on-screen-only">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'passed'"/></xsl:call-template>
    <xsl:choose>
      <xsl:when test="$list">
        <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'passed.intro'"/></xsl:call-template></p>
        <ul class="passed"><xsl:for-each select="$list">
          <li><xsl:value-of select="title"/><xsl:text> </xsl:text><span class="of"><xsl:call-template name="number"><xsl:with-param name="n" select="@pass"/></xsl:call-template></span></li>
        </xsl:for-each></ul>
      </xsl:when>
      <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'passed.none'"/></xsl:call-template></p></xsl:otherwise>
    </xsl:choose>
  </section>
</xsl:template>

<!-- scope -->
<xsl:template name="scope">
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'scope'"/></xsl:call-template>
    <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.audit'"/></xsl:call-template></h3>
    <dl class="info">
      <xsl:for-each select="messages/m[starts-with(@id, 'info.')]">
        <xsl:variable name="value" select="/report/info[concat('info.', @name) = current()/@id]"/>
        <xsl:if test="$value"><dt><xsl:value-of select="."/></dt><dd><bdi><xsl:value-of select="$value"/></bdi></dd></xsl:if>
      </xsl:for-each>
    </dl>
    <p class="note"><xsl:call-template name="tf"><xsl:with-param name="id" select="'scope.times'"/><xsl:with-param name="a" select="@zone"/></xsl:call-template></p>
    <xsl:call-template name="servers"/>
    <xsl:call-template name="hosts"/>
    <xsl:call-template name="coverage"/>
    <xsl:apply-templates select="files"/>
    <xsl:call-template name="malformed"/>
    <xsl:call-template name="workers"/>
    <xsl:apply-templates select="appendix"/>
  </section>
</xsl:template>

<xsl:template name="rest">
  <xsl:param name="of"/>
  <xsl:if test="$of/@rest &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'scope.rest'"/><xsl:with-param name="a" select="format-number($of/@rest, '#,##0')"/></xsl:call-template></p></xsl:if>
</xsl:template>

<xsl:template name="servers">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.servers'"/></xsl:call-template></h3>
  <xsl:choose>
    <xsl:when test="servers/server">
      <div class="scroll"><table>
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.server'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.domain'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.connection'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.vendor'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.skew'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="servers/server"><tr>
          <th scope="row"><bdi><xsl:value-of select="@host"/></bdi><xsl:if test="@dns_name and @dns_name != @host"><span class="key"><bdi><xsl:value-of select="@dns_name"/></bdi></span></xsl:if></th>
          <td><bdi><xsl:value-of select="@domain_dn"/></bdi></td>
          <td><bdi><xsl:value-of select="@transport"/></bdi><xsl:text> </xsl:text><bdi><xsl:value-of select="@tls_version"/></bdi><xsl:text> </xsl:text><bdi><xsl:value-of select="@authentication"/></bdi></td>
          <td><bdi><xsl:value-of select="@vendor"/></bdi></td>
          <td class="n"><xsl:value-of select="@clock_skew_seconds"/></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:call-template name="rest"><xsl:with-param name="of" select="servers"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.none'"/></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="coverage">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.coverage'"/></xsl:call-template></h3>
  <xsl:choose>
    <xsl:when test="coverage/source">
      <div class="scroll"><table><xsl:attribute name="class">coverage<xsl:if test="count(coverage/source[@state = 'complete' or @state = 'absent']) &gt; 40"> long</xsl:if></xsl:attribute>
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.source'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.target'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.state'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.objects'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.detail'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="coverage/source"><tr><xsl:if test="@state = 'complete' or @state = 'absent'"><xsl:attribute name="class">seen</xsl:attribute></xsl:if>
          <th scope="row"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('source.', @source)"/><xsl:with-param name="or" select="@source"/></xsl:call-template><span class="key"><code><xsl:value-of select="@source"/></code></span></th>
          <td><bdi><xsl:value-of select="@target"/></bdi></td>
          <td><span class="cover {@state}"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('state.source.', @state)"/><xsl:with-param name="or" select="@state"/></xsl:call-template></span></td>
          <td class="n"><xsl:if test="@objects"><xsl:call-template name="number"><xsl:with-param name="n" select="@objects"/></xsl:call-template></xsl:if></td>
          <td><bdi><xsl:value-of select="@detail"/></bdi></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:variable name="seen" select="count(coverage/source[@state = 'complete' or @state = 'absent'])"/>
      <xsl:if test="$seen &gt; 40"><p class="more on-paper"><xsl:call-template name="tf"><xsl:with-param name="id" select="'scope.paper'"/><xsl:with-param name="a" select="format-number($seen, '#,##0')"/></xsl:call-template></p></xsl:if>
      <xsl:call-template name="rest"><xsl:with-param name="of" select="coverage"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.coverage.none'"/></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="malformed">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.malformed'"/></xsl:call-template></h3>
  <xsl:choose>
    <xsl:when test="malformed/value">
      <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.malformed.intro'"/></xsl:call-template></p>
      <div class="scroll"><table>
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.object'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.attribute'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.problem'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.source'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="malformed/value"><tr>
          <th scope="row"><bdi><xsl:value-of select="@object"/></bdi></th>
          <td><code><xsl:value-of select="@attribute"/></code></td>
          <td><bdi><xsl:value-of select="@reason"/></bdi></td>
          <td><xsl:value-of select="@source"/><xsl:text> </xsl:text><bdi><xsl:value-of select="@target"/></bdi></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:call-template name="rest"><xsl:with-param name="of" select="malformed"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.malformed.none'"/></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="workers">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.workers'"/></xsl:call-template></h3>
  <xsl:choose>
    <xsl:when test="workers/worker">
      <div class="scroll"><table class="workers">
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.role'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.target'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.sandbox'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.outcome'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.rows'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="workers/worker"><tr><xsl:if test="@outcome = 'done'"><xsl:attribute name="class">seen</xsl:attribute></xsl:if>
          <th scope="row"><xsl:value-of select="@role"/><xsl:if test="@version"><span class="key"><bdi><xsl:value-of select="@version"/></bdi></span></xsl:if></th>
          <td><bdi><xsl:value-of select="@target"/></bdi></td>
          <td><bdi><xsl:value-of select="@sandbox"/></bdi></td>
          <td><xsl:call-template name="t"><xsl:with-param name="id" select="concat('outcome.', @outcome)"/><xsl:with-param name="or" select="@outcome"/></xsl:call-template>
            <xsl:if test="@detail"><span class="key"><bdi><xsl:value-of select="@detail"/></bdi></span></xsl:if></td>
          <td class="n"><xsl:if test="@rows"><xsl:call-template name="number"><xsl:with-param name="n" select="@rows"/></xsl:call-template></xsl:if></td>
        </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:variable name="ended" select="count(workers/worker[@outcome = 'done'])"/>
      <xsl:if test="$ended &gt; 0"><p class="more on-paper"><xsl:call-template name="tf"><xsl:with-param name="id" select="'scope.workers.paper'"/><xsl:with-param name="a" select="format-number($ended, '#,##0')"/></xsl:call-template></p></xsl:if>
      <xsl:call-template name="rest"><xsl:with-param name="of" select="workers"/></xsl:call-template>
    </xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.workers.none'"/></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- how to read -->
<xsl:template name="reading">
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'reading'"/></xsl:call-template>
    <table class="reading">
      <thead><tr><xsl:call-template name="th"><xsl:with-param name="id" select="'table.result'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.meaning'"/></xsl:call-template></tr></thead>
      <tbody><xsl:for-each select="messages/m[starts-with(@id, 'verdict.')]"><tr>
        <th scope="row"><xsl:value-of select="."/></th>
        <td><xsl:value-of select="key('m', concat('read.', substring-after(@id, 'verdict.')))"/></td></tr></xsl:for-each></tbody>
    </table>
    <table class="reading">
      <thead><tr><xsl:call-template name="th"><xsl:with-param name="id" select="'table.severity'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.meaning'"/></xsl:call-template></tr></thead>
      <tbody><xsl:for-each select="messages/m[starts-with(@id, 'severity.')]"><tr>
        <th scope="row"><xsl:call-template name="severity"><xsl:with-param name="of" select="substring-after(@id, 'severity.')"/></xsl:call-template></th>
        <td><xsl:value-of select="key('m', concat('read.', @id))"/></td></tr></xsl:for-each></tbody>
    </table>
    <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'read.foreign'"/></xsl:call-template></p>
  </section>
</xsl:template>

<!-- A number of the list of all checks; on paper only what is there, with its word -->
<xsl:template name="all-number">
  <xsl:param name="of"/>
  <xsl:param name="n"/>
  <td class="n"><xsl:attribute name="class">n<xsl:if test="$of = 'fail'"> fail</xsl:if><xsl:if test="$n = 0"> zero</xsl:if></xsl:attribute>
    <xsl:if test="$n &gt; 0 and @fail = 0"><xsl:attribute name="data-label"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('verdict.', $of)"/></xsl:call-template></xsl:attribute></xsl:if>
    <xsl:call-template name="number"><xsl:with-param name="n" select="$n"/></xsl:call-template></td>
</xsl:template>

<xsl:template name="all">
  <section class="chapter">
    <xsl:call-template name="h2"><xsl:with-param name="id" select="'all'"/></xsl:call-template>
    <p class="note on-paper"><xsl:call-template name="tf"><xsl:with-param name="id" select="'all.paper'"/>
      <xsl:with-param name="a" select="count(checks/check[@fail &gt; 0])"/><xsl:with-param name="b" select="count(checks/check[@fail + @unknown + @waived + @error = 0])"/></xsl:call-template></p>
    <div class="scroll"><table class="all">
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.check'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.severity'"/></xsl:call-template>
        <xsl:for-each select="messages/m[starts-with(@id, 'verdict.')]"><th scope="col" class="n"><xsl:value-of select="."/></th></xsl:for-each>
      </tr></thead>
      <tbody><xsl:for-each select="checks/check"><tr><xsl:choose>
          <xsl:when test="@fail &gt; 0"><xsl:attribute name="class">told</xsl:attribute></xsl:when>
          <xsl:when test="@unknown + @waived + @error = 0"><xsl:attribute name="class">quiet</xsl:attribute></xsl:when></xsl:choose>
        <th scope="row"><xsl:value-of select="title"/><span class="key"><code><xsl:value-of select="@id"/></code></span></th>
        <td><xsl:call-template name="severity"><xsl:with-param name="of" select="@severity"/></xsl:call-template></td>
        <xsl:call-template name="all-number"><xsl:with-param name="of" select="'pass'"/><xsl:with-param name="n" select="@pass"/></xsl:call-template>
        <xsl:call-template name="all-number"><xsl:with-param name="of" select="'fail'"/><xsl:with-param name="n" select="@fail"/></xsl:call-template>
        <xsl:call-template name="all-number"><xsl:with-param name="of" select="'unknown'"/><xsl:with-param name="n" select="@unknown"/></xsl:call-template>
        <xsl:call-template name="all-number"><xsl:with-param name="of" select="'not_applicable'"/><xsl:with-param name="n" select="@not_applicable"/></xsl:call-template>
        <xsl:call-template name="all-number"><xsl:with-param name="of" select="'waived'"/><xsl:with-param name="n" select="@waived"/></xsl:call-template>
        <xsl:call-template name="all-number"><xsl:with-param name="of" select="'error'"/><xsl:with-param name="n" select="@error"/></xsl:call-template>
      </tr></xsl:for-each></tbody>
    </table></div>
  </section>
</xsl:template>
</xsl:stylesheet>
