import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';

/** The parts without clock, file and socket: nothing in them goes untried. */
const pure = [
  'src/call/*.ts',
  'src/crm/{answer,call-uuid,callback,dialect,form,late,local-time,party-number,salesplatform,shield,vanilla,variable-params,which}.ts',
  'src/ami/{decode,packet,reader,wanted}.ts',
  'src/numbers/*.ts',
  'src/live/*.ts',
  'src/outbox/{lanes,retry,send-again}.ts',
  'src/cli/*.ts',
  'src/doctor/{ami,cdr-settings,cdr-source,crm,dialplan,door,finding,machine,mix-monitor,outbox,phones,questions,recordings,rights}.ts',
  'src/recordings/{claim,judge,links,locate,range}.ts',
  'src/http/make-call-request.ts',
  'src/cdr/{cdr-record,csv-line,to-record,zone-check,zone-time}.ts',
  'src/reconcile/{calls-of,cdr-call,compare,dialled-parts,group,meetings,outsiders,pieces,plan,repair-events,report,rung-parts,skew,told}.ts',
];

/** Those that wait for calls of real Asterisks for four minutes, whatever else runs: begun last, they would end alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: Parameters<BaseSequencer['sort']>[0]): ReturnType<BaseSequencer['sort']> {
    const isLong = ({ moduleId }: { readonly moduleId: string }) => /test.asterisk.live-/.test(moduleId);
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // The calls of the real Asterisks are mostly waited for: on two cores vitest would let one file wait for another.
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    // The seeded runs of test/faults: each is a process that mostly waits. They run by themselves, as many at once disturb others.
    maxConcurrency: 14,
    testTimeout: 20_000,
    hookTimeout: 60_000,
    coverage: {
      include: pure,
      reporter: ['text-summary'],
      thresholds: { branches: 100, functions: 100, lines: 100, statements: 100 },
    },
  },
});
