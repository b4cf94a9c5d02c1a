<?xml version="1.0" encoding="UTF-8"?>
<!-- SPDX-License-Identifier: GPL-3.0-or-later -->
<!-- Part of report.xsl: hosts: what they kept back, their built-in Administrators, what was read of each. -->
<xsl:stylesheet version="1.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform">
<xsl:template name="why"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('host.why.', @why)"/><xsl:with-param name="or" select="string(@why)"/></xsl:call-template></xsl:template>

<!-- One line of page 1: one host by name; several by number and the first names. -->
<xsl:template match="hosts" mode="blind">
  <li><xsl:choose>
    <xsl:when test="@hosts = 1">
      <bdi><xsl:value-of select="host/@name"/></bdi><xsl:call-template name="t"><xsl:with-param name="id" select="'blind.colon'"/></xsl:call-template>
      <xsl:call-template name="why"/><xsl:text> </xsl:text>
      <span class="of"><xsl:call-template name="tf"><xsl:with-param name="id" select="'blind.checks'"/><xsl:with-param name="a" select="host/@checks"/></xsl:call-template></span>
    </xsl:when>
    <xsl:otherwise>
      <xsl:call-template name="tf"><xsl:with-param name="id" select="'host.count'"/><xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@hosts"/></xsl:call-template></xsl:with-param></xsl:call-template>
      <xsl:call-template name="t"><xsl:with-param name="id" select="'blind.colon'"/></xsl:call-template><xsl:call-template name="why"/>
      <xsl:text> </xsl:text><span class="of names">(<xsl:for-each select="host[position() &lt;= 3]"><xsl:if test="position() &gt; 1">, </xsl:if><bdi><xsl:value-of select="@name"/></bdi></xsl:for-each><xsl:if test="@hosts &gt; 3"> …</xsl:if>)</span>
      <xsl:text> </xsl:text><span class="of"><xsl:call-template name="results"/></span>
    </xsl:otherwise>
  </xsl:choose></li>
</xsl:template>

<!-- What could not be checked, host by host. -->
<xsl:template match="hosts" mode="chapter">
  <article class="reason" data-verdict="unknown">
    <h3 class="head"><xsl:call-template name="t"><xsl:with-param name="id" select="'unknown.hosts.head'"/></xsl:call-template><xsl:call-template name="why"/><xsl:text> </xsl:text><span class="of"><xsl:call-template name="tf"><xsl:with-param name="id" select="'unknown.hosts'"/>
      <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@hosts"/></xsl:call-template></xsl:with-param>
      <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="@total"/></xsl:call-template></xsl:with-param></xsl:call-template></span></h3>
    <div class="scroll"><table class="kept">
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'host.name'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'table.checks'"/><xsl:with-param name="class" select="'n'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'scope.detail'"/></xsl:call-template>
      </tr></thead>
      <tbody><xsl:for-each select="host"><tr>
        <th scope="row"><bdi><xsl:value-of select="@name"/></bdi></th>
        <td class="n"><xsl:call-template name="number"><xsl:with-param name="n" select="@checks"/></xsl:call-template></td>
        <td><bdi><xsl:value-of select="@detail"/></bdi></td>
      </tr></xsl:for-each></tbody>
    </table></div>
    <xsl:call-template name="more-hosts"><xsl:with-param name="id" select="'unknown.hosts.rest'"/></xsl:call-template>
  </article>
</xsl:template>

<xsl:template name="more-hosts">
  <xsl:param name="id"/>
  <xsl:variable name="rest" select="@hosts - count(host)"/>
  <xsl:if test="$rest &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="$id"/>
    <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="$rest"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
</xsl:template>

<!-- built-in Administrators -->
<xsl:template name="administrators">
  <xsl:if test="administrators/@hosts &gt; 0">
    <section class="chapter">
      <xsl:call-template name="h2"><xsl:with-param name="id" select="'administrators'"/></xsl:call-template>
      <p class="intro"><xsl:call-template name="t"><xsl:with-param name="id" select="'admin.intro'"/></xsl:call-template></p>
      <xsl:if test="not(administrators/cluster)"><p><xsl:call-template name="t"><xsl:with-param name="id" select="'admin.none'"/></xsl:call-template></p></xsl:if>
      <xsl:call-template name="chart-clusters"/>
      <xsl:apply-templates select="administrators/cluster"/>
      <xsl:variable name="rest" select="administrators/@clusters - count(administrators/cluster)"/>
      <xsl:if test="$rest &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'admin.clusters.rest'"/>
        <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="$rest"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
      <xsl:call-template name="other-administrators"/>
    </section>
  </xsl:if>
</xsl:template>

<xsl:template name="other-administrators">
  <xsl:variable name="others" select="administrators/@unique[. &gt; 0] | administrators/@no_sign[. &gt; 0] | administrators/@unread[. &gt; 0]"/>
  <xsl:if test="$others">
    <p><b><xsl:call-template name="t"><xsl:with-param name="id" select="'admin.others'"/></xsl:call-template></b>
      <xsl:for-each select="$others">
        <xsl:if test="position() &gt; 1"><xsl:call-template name="t"><xsl:with-param name="id" select="'admin.separator'"/></xsl:call-template></xsl:if>
        <xsl:call-template name="tf"><xsl:with-param name="id" select="concat('admin.', name())"/>
          <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="."/></xsl:call-template></xsl:with-param></xsl:call-template>
      </xsl:for-each><xsl:call-template name="t"><xsl:with-param name="id" select="'admin.stop'"/></xsl:call-template></p>
  </xsl:if>
</xsl:template>

<xsl:template match="cluster">
  <xsl:variable name="mixed" select="(@proven &gt; 0 and @proven &lt; @hosts) or (@by_fingerprint &gt; 0) + (@by_candidate &gt; 0) + (@by_policy_password &gt; 0) + (@by_password_set_time &gt; 0) + (@by_machine_sid &gt; 0) &gt; 1"/>
  <article class="reason cluster">
    <h3><xsl:call-template name="tf"><xsl:with-param name="id" select="'admin.cluster'"/><xsl:with-param name="a" select="@number"/>
        <xsl:with-param name="b"><xsl:call-template name="number"><xsl:with-param name="n" select="@hosts"/></xsl:call-template></xsl:with-param></xsl:call-template>
      <xsl:choose>
        <xsl:when test="@proven = @hosts"><xsl:text> </xsl:text><span class="badge critical"><xsl:call-template name="t"><xsl:with-param name="id" select="'admin.proven'"/></xsl:call-template></span></xsl:when>
        <xsl:when test="@proven = 0"><xsl:text> </xsl:text><span class="badge medium"><xsl:call-template name="t"><xsl:with-param name="id" select="'admin.suspected'"/></xsl:call-template></span></xsl:when>
        <xsl:otherwise>
          <xsl:text> </xsl:text><span class="badge critical"><xsl:call-template name="tf"><xsl:with-param name="id" select="'admin.proven.of'"/><xsl:with-param name="a" select="@proven"/></xsl:call-template></span>
          <xsl:text> </xsl:text><span class="badge medium"><xsl:call-template name="tf"><xsl:with-param name="id" select="'admin.suspected.of'"/><xsl:with-param name="a" select="@hosts - @proven"/></xsl:call-template></span>
        </xsl:otherwise>
      </xsl:choose></h3>
    <p class="note"><xsl:call-template name="t"><xsl:with-param name="id" select="'admin.basis'"/></xsl:call-template>
      <xsl:for-each select="@by_fingerprint[. &gt; 0] | @by_candidate[. &gt; 0] | @by_policy_password[. &gt; 0] | @by_password_set_time[. &gt; 0] | @by_machine_sid[. &gt; 0]">
        <xsl:if test="position() &gt; 1"><xsl:call-template name="t"><xsl:with-param name="id" select="'admin.separator'"/></xsl:call-template></xsl:if>
        <xsl:call-template name="t"><xsl:with-param name="id" select="concat('basis.', substring-after(name(), 'by_'))"/></xsl:call-template></xsl:for-each></p>
    <div class="scroll"><table class="administrators">
      <thead><tr>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'admin.host'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'admin.account'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'admin.enabled'"/><xsl:with-param name="class" select="'yes'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'admin.set'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'admin.laps'"/></xsl:call-template>
        <xsl:call-template name="th"><xsl:with-param name="id" select="'admin.candidate'"/></xsl:call-template>
        <xsl:if test="$mixed"><xsl:call-template name="th"><xsl:with-param name="id" select="'admin.connected'"/></xsl:call-template></xsl:if>
      </tr></thead>
      <tbody><xsl:for-each select="host"><tr>
        <th scope="row"><bdi><xsl:value-of select="@name"/></bdi></th>
        <td class="foreign"><bdi><xsl:value-of select="@account"/></bdi></td>
        <td class="yes"><xsl:choose>
          <xsl:when test="@enabled"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('value.', @enabled)"/></xsl:call-template></xsl:when>
          <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'value.unread'"/></xsl:call-template></xsl:otherwise></xsl:choose></td>
        <td class="when"><xsl:value-of select="@set_at"/><xsl:if test="@age"><span class="key"><xsl:call-template name="tf"><xsl:with-param name="id" select="'admin.age'"/>
          <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="@age"/></xsl:call-template></xsl:with-param></xsl:call-template></span></xsl:if></td>
        <td class="laps"><xsl:choose>
          <xsl:when test="@laps"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('laps.', @laps)"/></xsl:call-template>
            <xsl:if test="@laps != 'none'"><span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('laps.state.', @laps_state)"/></xsl:call-template></span></xsl:if></xsl:when>
          <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'laps.unread'"/></xsl:call-template></xsl:otherwise></xsl:choose></td>
        <td><xsl:choose>
          <xsl:when test="@trial"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('admin.trial.', @trial)"/></xsl:call-template></xsl:when>
          <xsl:when test="@candidate"><xsl:call-template name="tf"><xsl:with-param name="id" select="'admin.number'"/><xsl:with-param name="a" select="@candidate"/></xsl:call-template></xsl:when>
          <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'admin.untried'"/></xsl:call-template></xsl:otherwise></xsl:choose></td>
        <xsl:if test="$mixed"><td><xsl:call-template name="t"><xsl:with-param name="id" select="concat('admin.', @proof)"/></xsl:call-template>
          <span class="key"><xsl:call-template name="t"><xsl:with-param name="id" select="concat('basis.', @basis)"/></xsl:call-template></span></td></xsl:if>
      </tr></xsl:for-each></tbody>
    </table></div>
    <xsl:call-template name="more-hosts"><xsl:with-param name="id" select="'admin.rest'"/></xsl:call-template>
  </article>
</xsl:template>

<!-- what was read of each host -->
<xsl:template name="hosts">
  <h3><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.hosts'"/></xsl:call-template></h3>
  <xsl:choose>
    <xsl:when test="hosts/host">
      <ul class="legend"><xsl:for-each select="messages/m[starts-with(@id, 'host.why.')]">
        <xsl:variable name="kind" select="/report/hosts/kinds/kind[concat('host.why.', @name) = current()/@id]"/>
        <xsl:if test="$kind"><li><xsl:value-of select="."/><xsl:text> </xsl:text><b><xsl:call-template name="number"><xsl:with-param name="n" select="$kind/@hosts"/></xsl:call-template></b></li></xsl:if>
      </xsl:for-each></ul>
      <xsl:if test="hosts/kinds/files"><ul class="legend"><xsl:for-each select="messages/m[starts-with(@id, 'host.from.')]">
        <xsl:variable name="kind" select="/report/hosts/kinds/files[concat('host.from.', @name) = current()/@id]"/>
        <xsl:if test="$kind"><li><xsl:value-of select="."/><xsl:text> </xsl:text><b><xsl:call-template name="number"><xsl:with-param name="n" select="$kind/@hosts"/></xsl:call-template></b></li></xsl:if>
      </xsl:for-each></ul></xsl:if>
      <div class="scroll"><table class="hosts">
        <thead><tr>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'host.name'"/></xsl:call-template>
          <th scope="col">SMB</th><th scope="col">RDP</th><th scope="col">WinRM</th><th scope="col">TLS</th>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'host.login'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'host.got'"/></xsl:call-template>
          <xsl:call-template name="th"><xsl:with-param name="id" select="'host.reason'"/></xsl:call-template>
        </tr></thead>
        <tbody><xsl:for-each select="hosts/host">
          <xsl:sort select="@rank" data-type="number"/><xsl:sort select="@name"/>
          <tr>
            <th scope="row"><bdi><xsl:value-of select="@name"/></bdi><span class="key"><xsl:if test="@address and @address != @name"><bdi><xsl:value-of select="@address"/></bdi>, </xsl:if>
              <xsl:call-template name="t"><xsl:with-param name="id" select="concat('origin.', @origin)"/><xsl:with-param name="or" select="string(@origin)"/></xsl:call-template></span></th>
            <xsl:call-template name="port"><xsl:with-param name="state" select="string(@smb[../@why != 'no_address'])"/></xsl:call-template>
            <xsl:call-template name="port"><xsl:with-param name="state" select="string(@rdp[../@why != 'no_address'])"/></xsl:call-template>
            <xsl:call-template name="port"><xsl:with-param name="state" select="string(@winrm[../@why != 'no_address'])"/></xsl:call-template>
            <xsl:call-template name="port"><xsl:with-param name="state" select="string(@tls[../@why != 'no_address'])"/></xsl:call-template>
            <td><xsl:call-template name="t"><xsl:with-param name="id" select="concat('host.login.', @login)"/></xsl:call-template></td>
            <td><xsl:choose>
              <xsl:when test="@got or not(@files_got)"><xsl:call-template name="got"><xsl:with-param name="got" select="@got"/><xsl:with-param name="missing" select="@missing"/></xsl:call-template></xsl:when>
              <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="'host.got.files'"/></xsl:call-template></xsl:otherwise></xsl:choose></td>
            <td class="cause"><xsl:if test="@why != 'read'"><xsl:call-template name="why"/></xsl:if><xsl:if test="@files"><xsl:if test="@why != 'read'"><xsl:call-template name="t"><xsl:with-param name="id" select="'host.semicolon'"/></xsl:call-template></xsl:if>
              <xsl:call-template name="speaks"/></xsl:if><xsl:if test="@files_got"><span class="key"><xsl:call-template name="got"><xsl:with-param name="words" select="'host.files.'"/><xsl:with-param name="got" select="@files_got"/><xsl:with-param name="missing" select="@files_missing"/></xsl:call-template></span></xsl:if><xsl:if test="@detail"><span class="key"><bdi><xsl:value-of select="@detail"/></bdi></span></xsl:if></td>
          </tr></xsl:for-each></tbody>
      </table></div>
      <xsl:if test="hosts/@rest &gt; 0"><p class="more"><xsl:call-template name="tf"><xsl:with-param name="id" select="'host.rest'"/>
        <xsl:with-param name="a"><xsl:call-template name="number"><xsl:with-param name="n" select="hosts/@rest"/></xsl:call-template></xsl:with-param></xsl:call-template></p></xsl:if>
    </xsl:when>
    <xsl:otherwise><p><xsl:call-template name="t"><xsl:with-param name="id" select="'scope.hosts.none'"/></xsl:call-template></p></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<!-- Files, caches or policies that speak for a host. -->
<xsl:template name="speaks">
  <xsl:choose>
    <xsl:when test="@files_at"><xsl:call-template name="tf"><xsl:with-param name="id" select="concat('host.from.', @files, '.at')"/><xsl:with-param name="a" select="substring-before(@files_at, ' ')"/></xsl:call-template></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="concat('host.from.', @files)"/><xsl:with-param name="or" select="string(@files)"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="port">
  <xsl:param name="state"/>
  <td class="port {$state}"><xsl:choose>
    <xsl:when test="$state = ''">—</xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="concat('host.port.', $state)"/><xsl:with-param name="or" select="$state"/></xsl:call-template></xsl:otherwise>
  </xsl:choose></td>
</xsl:template>

<!-- What was read, in the shorter way: what it was, or what it was not. -->
<xsl:template name="got">
  <xsl:param name="words" select="'host.got.'"/>
  <xsl:param name="got"/>
  <xsl:param name="missing"/>
  <xsl:variable name="all" select="concat(',', $got, ',')"/>
  <xsl:variable name="not" select="concat(',', $missing, ',')"/>
  <xsl:variable name="parts" select="/report/messages/m[starts-with(@id, 'part.')]"/>
  <xsl:variable name="read" select="$parts[contains($all, concat(',', substring-after(@id, 'part.'), ','))]"/>
  <xsl:variable name="left" select="$parts[contains($not, concat(',', substring-after(@id, 'part.'), ','))]"/>
  <xsl:choose>
    <xsl:when test="not($got)"><xsl:call-template name="t"><xsl:with-param name="id" select="concat($words, 'none')"/></xsl:call-template></xsl:when>
    <xsl:when test="not($missing)"><xsl:call-template name="t"><xsl:with-param name="id" select="concat($words, 'all')"/></xsl:call-template></xsl:when>
    <xsl:when test="count($left) &lt; count($read)"><xsl:call-template name="t"><xsl:with-param name="id" select="concat($words, 'but')"/></xsl:call-template>
      <xsl:call-template name="parts"><xsl:with-param name="of" select="$left"/></xsl:call-template></xsl:when>
    <xsl:otherwise><xsl:call-template name="t"><xsl:with-param name="id" select="concat($words, 'only')"/></xsl:call-template>
      <xsl:call-template name="parts"><xsl:with-param name="of" select="$read"/></xsl:call-template></xsl:otherwise>
  </xsl:choose>
</xsl:template>

<xsl:template name="parts">
  <xsl:param name="of"/>
  <xsl:for-each select="$of"><xsl:if test="position() &gt; 1"><xsl:call-template name="t"><xsl:with-param name="id" select="'host.comma'"/></xsl:call-template></xsl:if><xsl:value-of select="."/></xsl:for-each>
</xsl:template>
</xsl:stylesheet>
