// pm2 start ecosystem.config.js: docs/running.md
//
// pm2 loads this file with require(), which gives an ES module's named exports (Node 20.19 or later): `apps` must be one.
export const apps = [
  {
    name: 'asterisk-vtiger-connector',
    script: 'dist/main.js',
    // One process owns the AMI link and the database; a second would tell the CRM everything twice. So `pm2 reload` is a
    // restart; `pm2 sendSignal SIGHUP asterisk-vtiger-connector` takes up new settings in the same process.
    instances: 1,
    exec_mode: 'fork',
    // SIGINT and SIGTERM drain: what is being sent to the CRM is finished first. It ends by itself within 10 s.
    kill_timeout: 15_000,
    // Exit code 78 is a fault in the configuration: starting again would not mend it. pm2 7 then shows "waiting
    // restart" and waits for ever; `pm2 logs` has the faults.
    stop_exit_codes: [64, 78],
    exp_backoff_restart_delay: 200,
    merge_logs: true,
    time: false,
  },
];
