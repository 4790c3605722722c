@echo off
rem Opens Tiebreak in the browser. With a command behind it (Tiebreak --help lists them), it is Tiebreak in the terminal.
title Tiebreak
"%~dp0node.exe" "%~dp0app\out\main\packed.js" %*
if errorlevel 1 if "%~1"=="" pause
