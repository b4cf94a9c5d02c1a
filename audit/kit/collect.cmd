@echo off
rem SPDX-License-Identifier: GPL-3.0-or-later
rem Kagimori collection kit: reads this computer with what Windows itself brings, and writes one new folder beside this file.
rem Changes nothing, uses no network, installs nothing. README.md describes the folder; INSTRUCTIONS.md is for the person who runs it.
rem ASCII only. Every tool is called by its full path: neither PATH nor the stick's own files decide what runs.
rem Exit code: number of steps that failed (at most 250); 254 no folder could be made; 255 wrong argument.
setlocal EnableExtensions DisableDelayedExpansion

rem A 32-bit program would be shown another registry and another System32: start again as a 64-bit one.
if not defined PROCESSOR_ARCHITEW6432 goto native
if not exist "%SystemRoot%\Sysnative\cmd.exe" goto native
"%SystemRoot%\Sysnative\cmd.exe" /d /c ""%~f0" %*"
exit /b %errorlevel%

:native
set "sys=%SystemRoot%\System32"
set "here=%~dp0"
set "sam=no"
set "pause=yes"
set "failed=0"
set "messages="
call :codepage
if exist "%here%messages.%codepage%.txt" set "messages=%here%messages.%codepage%.txt"

:arguments
if "%~1"=="" goto begin
if /i "%~1"=="/sam" goto with_sam
if /i "%~1"=="/nopause" goto without_pause
call :say 90 "usage: collect.cmd [/sam] [/nopause]"
call :finish
exit /b 255
:with_sam
set "sam=yes"
shift
goto arguments
:without_pause
set "pause=no"
shift
goto arguments

:begin
call :say 10 "Kagimori reads this computer and changes nothing on it. This takes 2 to 15 minutes."
call :say 11 "Do not close this window and do not pull out the stick before message 80."
call :folder
if defined out goto made
call :say 91 "The folder cannot be made. Is the stick write-protected or full?" "%here%"
call :finish
exit /b 254

:made
call :administrator
if "%administrator%"=="yes" goto collect
call :say 12 "This is not run as an administrator: much will be missing. Better: right-click, Run as administrator."

:collect
call :kit
mkdir "%out%\registry" "%out%\startup" "%out%\logs"
call :say 20 "1/7 security policy"
call :policy
call :say 21 "2/7 registry"
call :registry
call :say 22 "3/7 scheduled tasks"
call :copy tasks "%sys%\Tasks" tasks
call :say 23 "4/7 what is kept of Group Policy"
call :optional policy/GroupPolicy "%sys%\GroupPolicy" policy\GroupPolicy
call :optional policy/templates "%SystemRoot%\security\templates\policies" policy\templates
call :optional policy/History "%ProgramData%\Microsoft\Group Policy\History" policy\History
call :user_policy
call :say 24 "5/7 startup folders"
call :startup
call :say 25 "6/7 event logs"
call :log Security Security
call :log System System
call :log TerminalServices-LocalSessionManager Microsoft-Windows-TerminalServices-LocalSessionManager/Operational
call :log TerminalServices-RemoteConnectionManager Microsoft-Windows-TerminalServices-RemoteConnectionManager/Operational
if "%sam%"=="yes" call :hives
call :now
>>"%out%\kit.txt" echo finished=%utc%
call :say 26 "7/7 checksums"
call :manifest
call :say 80 "Done. Now take the stick out safely and hand it over. The folder:" "%out%"
if not "%failed%"=="0" call :say 81 "Some steps failed; the folder is of use all the same. Number of failed steps:" "%failed%"
if "%sam%"=="yes" call :say 82 "This stick now holds password hashes: lock it away, hand it over in person, have it wiped."
call :finish
if %failed% gtr 250 set "failed=250"
exit /b %failed%

rem ---- words on the screen -------------------------------------------------------------------------------------------------

rem say NUMBER "English" ["detail"]: with a file of messages for this code page also in its language. Texts go through the
rem variable of a for, whose content cmd does not read again.
:say
for /f "tokens=1* delims=|" %%a in ("%~1|%~2") do echo [%%a] %%b
if not defined messages goto say_detail
for /f "usebackq tokens=1* delims=|" %%a in ("%messages%") do if "%%a"=="%~1" echo      %%b
:say_detail
if "%~3"=="" exit /b 0
for /f "delims=" %%a in ("%~3") do echo      %%a
exit /b 0

:finish
if "%pause%"=="yes" pause
exit /b 0

rem did STEP CODE [FILE]: notes a step; what a failed one left is taken away.
:did
>>"%out%\steps.txt" echo %~1^|%~2
if "%~2"=="0" exit /b 0
set /a failed+=1
if "%~3"=="" goto did_say
if exist "%out%\%~3" del /f /q "%out%\%~3"
:did_say
call :say 30 "A step failed (step, code):" "%~1, %~2"
exit /b 0

rem ---- the computer and the clock ------------------------------------------------------------------------------------------

rem The code page of the console: the one word of chcp that is a number, in whatever language.
:codepage
set "codepage="
for /f "tokens=1-9 delims=.: " %%a in ('%sys%\chcp.com') do call :words %%a %%b %%c %%d %%e %%f %%g %%h %%i
exit /b 0
:words
if "%~1"=="" exit /b 0
set "number=yes"
for /f "delims=0123456789" %%x in ("%~1") do set "number="
if defined number set "codepage=%~1"
shift
goto words

rem The group "High Mandatory Level" is only in an elevated token; its SID is the same in every language. S-1-16-16384: SYSTEM.
:administrator
set "administrator=no"
for /f "tokens=2-5 delims=," %%a in ('%sys%\whoami.exe /groups /fo csv /nh 2^>nul') do call :label "%%~a" "%%~b" "%%~c" "%%~d"
exit /b 0
:label
if "%~1"=="" exit /b 0
if "%~1"=="S-1-16-12288" set "administrator=yes"
if "%~1"=="S-1-16-16384" set "administrator=yes"
shift
goto label

rem The time in UTC without wmic and in no language: an exported, empty log was last written now, and wevtutil tells when.
:now
set "utc="
set "stamp="
%sys%\wevtutil.exe epl Application "%out%\work.evtx" "/q:*[System[EventRecordID=0]]" /ow:true >nul 2>nul
for /f "tokens=1* delims=: " %%a in ('%sys%\wevtutil.exe gli "%out%\work.evtx" /lf:true 2^>nul') do if "%%a"=="lastWriteTime" set "utc=%%b"
if exist "%out%\work.evtx" del /f /q "%out%\work.evtx"
if not defined utc exit /b 0
set "utc=%utc:~0,19%"
for /f "tokens=1-6 delims=-T:" %%a in ("%utc%") do set "stamp=%%a%%b%%c-%%d%%e%%f"
set "number=%stamp:-=%"
if not "%stamp:~15%"=="" set "number=x"
if "%stamp:~14%"=="" set "number=x"
for /f "delims=0123456789" %%x in ("%number%") do set "stamp="
set "utc=%utc%Z"
if not defined stamp set "utc="
exit /b 0

rem The new folder. Its name has only ASCII; the computer's own name is in kit.txt.
:folder
set "out="
set "name=%COMPUTERNAME%"
if not defined name set "name=HOST"
for /f "delims=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" %%x in ("%name%") do set "name=HOST"
set "try=0"
:folder_try
set /a try+=1
if %try% gtr 99 exit /b 0
set "folder=kagimori-%name%-00000000-0000%try%"
if %try% lss 10 set "folder=kagimori-%name%-00000000-00000%try%"
if exist "%here%%folder%" goto folder_try
mkdir "%here%%folder%" 2>nul
if not exist "%here%%folder%\." exit /b 0
set "out=%here%%folder%"
>"%out%\steps.txt" echo folder^|0
if exist "%out%\steps.txt" goto folder_time
set "out="
exit /b 0
:folder_time
call :now
if not defined stamp exit /b 0
if exist "%here%kagimori-%name%-%stamp%" exit /b 0
ren "%out%" "kagimori-%name%-%stamp%" 2>nul
if not exist "%here%kagimori-%name%-%stamp%\steps.txt" exit /b 0
set "folder=kagimori-%name%-%stamp%"
set "out=%here%kagimori-%name%-%stamp%"
exit /b 0

:kit
set "domain="
for /f "tokens=2*" %%a in ('%sys%\reg.exe query HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters /v Domain 2^>nul') do if "%%a"=="REG_SZ" set "domain=%%b"
set "windows="
for /f "delims=" %%a in ('ver') do set "windows=%%a"
>"%out%\kit.txt" echo kagimori-kit=1
call :fact computer "%COMPUTERNAME%"
call :fact domain "%domain%"
call :fact codepage "%codepage%"
call :fact started "%utc%"
call :fact sam "%sam%"
call :fact administrator "%administrator%"
call :fact windows "%windows%"
exit /b 0
:fact
for /f "tokens=1* delims=|" %%a in ("%~1|%~2") do >>"%out%\kit.txt" echo %%a=%%b
exit /b 0

rem ---- policies, tasks, logs -----------------------------------------------------------------------------------------------

:policy
%sys%\secedit.exe /export /cfg "%out%\secedit.inf" /areas SECURITYPOLICY GROUP_MGMT USER_RIGHTS REGKEYS SERVICES /log "%out%\work.log" /quiet >nul 2>nul
set "code=%errorlevel%"
if not exist "%out%\secedit.inf" if "%code%"=="0" set "code=2"
call :did secedit %code% secedit.inf
if exist "%out%\work.log" del /f /q "%out%\work.log"
%sys%\auditpol.exe /backup /file:"%out%\auditpol.csv" >nul 2>nul
set "code=%errorlevel%"
if not exist "%out%\auditpol.csv" if "%code%"=="0" set "code=2"
call :did auditpol %code% auditpol.csv
exit /b 0

rem copy STEP SOURCE FOLDER: all files below SOURCE. Code 5: fewer files came than are there.
:copy
set "there=0"
set "came=0"
%sys%\xcopy.exe "%~2" "%out%\%~3" /s /c /h /i /y /q <nul >nul 2>nul
set "code=%errorlevel%"
dir /s /b /a-d "%~2" >"%out%\work.txt" 2>nul
for /f "usebackq delims=" %%n in ("%out%\work.txt") do set /a there+=1
dir /s /b /a-d "%out%\%~3" >"%out%\work.txt" 2>nul
for /f "usebackq delims=" %%n in ("%out%\work.txt") do set /a came+=1
del /f /q "%out%\work.txt"
if "%code%"=="0" if not "%there%"=="%came%" set "code=5"
call :did %1 %code%
exit /b 0

rem optional STEP SOURCE FOLDER: as copy; code 2 and no failure when there is no such folder.
:optional
if exist "%~2\." goto copy
>>"%out%\steps.txt" echo %~1^|2
exit /b 0

:user_policy
if not exist "%ProgramData%\ntuser.pol" goto no_user_policy
if not exist "%out%\policy\." mkdir "%out%\policy"
%sys%\xcopy.exe "%ProgramData%\ntuser.pol" "%out%\policy" /h /i /y /q <nul >nul 2>nul
call :did policy/ntuser.pol %errorlevel% policy\ntuser.pol
exit /b 0
:no_user_policy
>>"%out%\steps.txt" echo policy/ntuser.pol^|2
exit /b 0

rem Names of the files only. Hidden profiles (Default, All Users) start nothing. Names of users and files may hold & and %:
rem they stay in variables and go out through those of a for.
:startup
set "menu=Microsoft\Windows\Start Menu\Programs\Startup"
set "place=%ProgramData%\%menu%"
set "list=%out%\startup\all-users.txt"
set "code=0"
call :startup_of
call :did startup/all-users %code% startup\all-users.txt
set "list=%out%\startup\users.txt"
set "code=2"
for /d %%u in ("%SystemDrive%\Users\*") do (
    set "place=%%u\AppData\Roaming\%menu%"
    set "code=0"
    call :startup_of
)
rem Others' folders are closed to a plain user, and look as if they were not there.
if not "%administrator%"=="yes" set "code=5"
call :did startup/users %code% startup\users.txt
exit /b 0
:startup_of
if not exist "%list%" type nul >"%list%"
for /f "delims=" %%f in ('dir /b /a-d "%place%" 2^>nul') do (
    set "file=%%f"
    call :startup_line
)
exit /b 0
:startup_line
for /f "tokens=1* delims=|" %%a in ("%place%|%file%") do >>"%list%" echo %%a^|%%b
exit /b 0

:log
%sys%\wevtutil.exe epl "%~2" "%out%\logs\%~1.evtx" /ow:true >nul 2>nul
set "code=%errorlevel%"
if not exist "%out%\logs\%~1.evtx" if "%code%"=="0" set "code=2"
call :did logs/%~1 %code% logs\%~1.evtx
exit /b 0

:hives
mkdir "%out%\hives"
for %%h in (SAM SYSTEM SECURITY) do call :hive %%h
call :users
exit /b 0
:hive
%sys%\reg.exe save HKLM\%1 "%out%\hives\%1" /y >nul 2>nul
set "code=%errorlevel%"
if not exist "%out%\hives\%1" if "%code%"=="0" set "code=2"
call :did hive/%1 %code% hives\%1
exit /b 0

rem What users start by themselves is in their own hives: of one who is logged on it is saved, of another one copied.
:users
set "profiles=HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\ProfileList"
%sys%\reg.exe query "%profiles%" >"%out%\work.txt" 2>nul
set "code=%errorlevel%"
for /f "usebackq tokens=7 delims=\" %%s in ("%out%\work.txt") do (
    set "sid=%%s"
    call :user
)
if exist "%out%\work.txt" del /f /q "%out%\work.txt"
call :did users %code%
exit /b 0
:user
if "%sid:~0,9%"=="S-1-5-21-" goto user_hive
if not "%sid:~0,9%"=="S-1-12-1-" exit /b 0
:user_hive
set "list=%out%\hives\users\%sid%"
mkdir "%list%"
%sys%\reg.exe save "HKU\%sid%" "%list%\NTUSER.DAT" /y >nul 2>nul
if not errorlevel 1 if exist "%list%\NTUSER.DAT" exit /b 0
set "profile="
for /f "tokens=2*" %%a in ('%sys%\reg.exe query "%profiles%\%sid%" /v ProfileImagePath 2^>nul') do if "%%a"=="REG_EXPAND_SZ" set "profile=%%b"
if not defined profile goto user_failed
call set "profile=%profile%"
if not exist "%profile%\NTUSER.DAT" rmdir "%list%"& exit /b 0
%sys%\xcopy.exe "%profile%\NTUSER.DAT*" "%list%" /h /i /y /q <nul >nul 2>nul
if not exist "%list%\NTUSER.DAT" goto user_failed
for %%f in ("%list%\*.regtrans-ms" "%list%\*.blf") do del /f /q /a "%%f"
exit /b 0
:user_failed
set "code=5"
exit /b 0

rem ---- registry ------------------------------------------------------------------------------------------------------------

rem What is taken. root: a key and all below, only where no password is known to be kept; key: the values of one key; value:
rem one value of a key that may hold a password beside it; presence: only whether a value is there. tests/lint/kit holds this
rem list against what the checks read.
:registry
call :root control-lsa "HKLM\SYSTEM\CurrentControlSet\Control\Lsa"
call :root control-security-providers "HKLM\SYSTEM\CurrentControlSet\Control\SecurityProviders"
call :root services "HKLM\SYSTEM\CurrentControlSet\Services"
call :root policies-current "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies"
call :root policies-current-32 "HKLM\SOFTWARE\Wow6432Node\Microsoft\Windows\CurrentVersion\Policies"
call :root policies-laps "HKLM\SOFTWARE\Microsoft\Policies\LAPS"
call :root laps-config "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\LAPS\Config"
call :root image-options "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Image File Execution Options"
call :root silent-exit "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SilentProcessExit"
call :root run-once-ex "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnceEx"
call :root policy-laps-legacy "HKLM\SOFTWARE\Policies\Microsoft Services\AdmPwd"
call :root policy-laps "HKLM\SOFTWARE\Policies\Microsoft\Windows\LAPS"
call :root policy-terminal-services "HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Terminal Services"
call :root policy-dns-client "HKLM\SOFTWARE\Policies\Microsoft\Windows NT\DNSClient"
call :root policy-printers "HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Printers"
call :root policy-rpc "HKLM\SOFTWARE\Policies\Microsoft\Windows NT\Rpc"
call :root policy-device-guard "HKLM\SOFTWARE\Policies\Microsoft\Windows\DeviceGuard"
call :root policy-event-log "HKLM\SOFTWARE\Policies\Microsoft\Windows\EventLog"
call :root policy-explorer "HKLM\SOFTWARE\Policies\Microsoft\Windows\Explorer"
call :root policy-powershell "HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell"
call :root policy-winrm "HKLM\SOFTWARE\Policies\Microsoft\Windows\WinRM"
call :root policy-system "HKLM\SOFTWARE\Policies\Microsoft\Windows\System"
call :root policy-credentials "HKLM\SOFTWARE\Policies\Microsoft\Windows\CredentialsDelegation"
call :root policy-server "HKLM\SOFTWARE\Policies\Microsoft\Windows\LanmanServer"
call :root policy-workstation "HKLM\SOFTWARE\Policies\Microsoft\Windows\LanmanWorkstation"
call :root policy-hardened-paths "HKLM\SOFTWARE\Policies\Microsoft\Windows\NetworkProvider"
call :root policy-installer "HKLM\SOFTWARE\Policies\Microsoft\Windows\Installer"
call :key run "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Run"
call :key run-once "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\RunOnce"
call :key run-32 "HKLM\SOFTWARE\Wow6432Node\Microsoft\Windows\CurrentVersion\Run"
call :key run-once-32 "HKLM\SOFTWARE\Wow6432Node\Microsoft\Windows\CurrentVersion\RunOnce"
call :key app-init "HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Windows"
call :key app-init-32 "HKLM\SOFTWARE\Wow6432Node\Microsoft\Windows NT\CurrentVersion\Windows"
call :key script-host "HKLM\SOFTWARE\Microsoft\Windows Script Host\Settings"
call :key powershell-shell "HKLM\SOFTWARE\Microsoft\PowerShell\1\ShellIds\Microsoft.PowerShell"
call :key wsman-client "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\Client"
call :key wsman-service "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\WSMAN\Service"
call :key computer-name "HKLM\SYSTEM\CurrentControlSet\Control\ComputerName\ComputerName"
call :key product-options "HKLM\SYSTEM\CurrentControlSet\Control\ProductOptions"
call :key time-zone "HKLM\SYSTEM\CurrentControlSet\Control\TimeZoneInformation"
set "key=HKLM\SYSTEM\CurrentControlSet\Control\Session Manager"
call :value session-manager "%key%" BootExecute
set "key=HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion"
call :value windows "%key%" CurrentBuildNumber
call :value windows "%key%" UBR
call :value windows "%key%" CurrentVersion
call :value windows "%key%" InstallationType
call :value windows "%key%" ProductName
call :value windows "%key%" DisplayVersion
set "key=HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon"
call :value winlogon "%key%" AutoAdminLogon
call :value winlogon "%key%" CachedLogonsCount
call :value winlogon "%key%" ScRemoveOption
call :value winlogon "%key%" Shell
call :value winlogon "%key%" Userinit
call :value winlogon "%key%" Taskman
call :presence winlogon-password "%key%" DefaultPassword
call :presence winlogon-password-alternate "%key%" AltDefaultPassword
set "key=HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server"
call :value terminal-server "%key%" fDenyTSConnections
call :value terminal-server "%key%" fSingleSessionPerUser
set "key=HKLM\SYSTEM\CurrentControlSet\Control\Terminal Server\WinStations\RDP-Tcp"
call :value rdp-tcp "%key%" MinEncryptionLevel
call :value rdp-tcp "%key%" PortNumber
call :value rdp-tcp "%key%" SecurityLayer
call :value rdp-tcp "%key%" UserAuthentication
call :value rdp-tcp "%key%" fPromptForPassword
exit /b 0

:root
%sys%\reg.exe export "%~2" "%out%\registry\%~1.reg" /y >nul 2>nul
set "code=%errorlevel%"
if "%code%"=="0" if not exist "%out%\registry\%~1.reg" set "code=2"
if "%code%"=="0" goto asked_root
call :absent "%~2"
if not defined absent goto registry_failed
set "code=0"
>>"%out%\present.txt" echo %~2^|*=absent
goto registry_done
:asked_root
>>"%out%\asked.txt" echo registry\%~1.reg^|%~2
:registry_done
call :did registry/%~1 0
exit /b 0
:registry_failed
if exist "%out%\registry\%~1.reg" del /f /q "%out%\registry\%~1.reg"
call :did registry/%~1 %code%
exit /b 0

:key
%sys%\reg.exe query "%~2" >"%out%\work.txt" 2>nul
set "code=%errorlevel%"
if "%code%"=="0" goto key_there
call :absent "%~2"
if not defined absent goto registry_failed
>>"%out%\present.txt" echo %~2^|*=absent
goto registry_done
:key_there
type "%out%\work.txt" >"%out%\registry\%~1.txt"
del /f /q "%out%\work.txt"
>>"%out%\asked.txt" echo registry\%~1.txt^|%~2^|*
goto registry_done

rem A value that is not there and one that may not be read look the same to reg; a key that can be read tells them apart.
:value
%sys%\reg.exe query "%~2" /v "%~3" >"%out%\work.txt" 2>nul
set "code=%errorlevel%"
if not "%code%"=="0" goto value_missing
type "%out%\work.txt" >>"%out%\registry\%~1.txt"
del /f /q "%out%\work.txt"
>>"%out%\asked.txt" echo registry\%~1.txt^|%~2^|%~3
call :did registry/%~1/%~3 0
exit /b 0
:value_missing
set "absent=yes"
%sys%\reg.exe query "%~2" >nul 2>nul
if errorlevel 1 call :absent "%~2"
if exist "%out%\work.txt" del /f /q "%out%\work.txt"
if not defined absent goto value_failed
>>"%out%\present.txt" echo %~2^|%~3=absent
set "code=0"
:value_failed
call :did registry/%~1/%~3 %code%
exit /b 0

:presence
%sys%\reg.exe query "%~2" /v "%~3" >nul 2>nul
set "code=%errorlevel%"
if not "%code%"=="0" goto value_missing
>>"%out%\present.txt" echo %~2^|%~3=present
call :did registry/%~1 0
exit /b 0

rem absent KEY: sets absent when a key above it could be listed, and the list does not have the next one.
:absent
set "absent="
set "rest=%~1"
for /f "tokens=1* delims=\" %%a in ("%rest%") do call :split "%%a" "%%b"
set "above=%next%"
:descend
if not defined rest exit /b 0
for /f "tokens=1* delims=\" %%a in ("%rest%") do call :split "%%a" "%%b"
%sys%\reg.exe query "%above%\%next%" >nul 2>nul
if not errorlevel 1 goto deeper
%sys%\reg.exe query "%above%" >"%out%\work.txt" 2>nul
if errorlevel 1 goto absent_done
set "absent=yes"
set "long=HKEY_LOCAL_MACHINE%above:~4%\%next%"
for /f "usebackq delims=" %%l in ("%out%\work.txt") do if /i "%%l"=="%long%" set "absent="
:absent_done
if exist "%out%\work.txt" del /f /q "%out%\work.txt"
exit /b 0
:deeper
set "above=%above%\%next%"
goto descend
:split
set "next=%~1"
set "rest=%~2"
exit /b 0

rem ---- checksums -----------------------------------------------------------------------------------------------------------

rem Nothing else is written from here on. A file that cannot be hashed is left out, and counts as a failure. for /r passes over
rem hidden files, so their copies are shown first; it keeps names that the code page does not have, which dir would not.
:manifest
set "missing=0"
%sys%\attrib.exe -h -s "%out%\*" /s /d >nul 2>nul
type nul >"%out%\manifest.txt"
for /r "%out%" %%f in (*) do (
    set "file=%%f"
    call :hash
)
if "%missing%"=="0" exit /b 0
set /a failed+=1
call :say 31 "Files without a checksum:" "%missing%"
exit /b 0
:hash
call set "relative=%%file:*%folder%\=%%"
if /i "%relative%"=="manifest.txt" exit /b 0
set "hash="
rem certutil refuses an empty file, whose checksum is known.
for %%z in ("%file%") do if "%%~zz"=="0" set "hash=e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
if defined hash goto hash_put
for /f "skip=1 delims=" %%h in ('%sys%\certutil.exe -hashfile "%file%" SHA256 2^>nul') do if not defined hash set "hash=%%h"
if not defined hash goto hash_missing
for /f "delims=0123456789abcdefABCDEF " %%x in ("%hash%") do set "hash="
if not defined hash goto hash_missing
:hash_put
for /f "eol=/ delims=" %%r in ("%relative%") do >>"%out%\manifest.txt" echo %hash% *%%r
exit /b 0
:hash_missing
set /a missing+=1
exit /b 0
