/** Keeps a machine awake by what its system has for it, where there is no Electron to ask. */

import { spawn } from 'node:child_process';

/** A program that keeps the machine awake, and ends by itself when the process with this number does. */
export function awakeCommand(platform: NodeJS.Platform, pid: number): readonly [string, ...string[]] | null {
  if (platform === 'darwin') return ['caffeinate', '-i', '-w', `${pid}`];
  if (platform === 'linux') {
    const why = ['--what=sleep:idle', '--who=Tiebreak', '--why=A training runs', '--mode=block'];
    return ['systemd-inhibit', ...why, 'tail', '-f', `--pid=${pid}`, '/dev/null'];
  }
  if (platform === 'win32') {
    // ES_CONTINUOUS and ES_SYSTEM_REQUIRED hold for the thread that says them, until it ends.
    const declared = '[DllImport("kernel32.dll")] public static extern uint SetThreadExecutionState(uint flags);';
    const script = `$k = Add-Type -Name Awake -Namespace Tiebreak -PassThru -MemberDefinition '${declared}'; [void]$k::SetThreadExecutionState(2147483649); Wait-Process -Id ${pid}`;
    return ['powershell.exe', '-NoProfile', '-NonInteractive', '-Command', script];
  }
  return null;
}

/** Keeps the machine awake until the function that it gives is called, or this process ends. Where the system has no such program nothing happens. */
export function keepAwake(): () => void {
  const command = awakeCommand(process.platform, process.pid);
  if (!command) return () => {};
  const [program, ...args] = command;
  const child = spawn(program, args, { stdio: 'ignore', windowsHide: true });
  child.on('error', () => {});
  child.unref();
  return () => void child.kill();
}
