import { z } from 'zod';
import { key } from './key-notes.ts';
import * as kind from './value-kinds.ts';

/** How long recordings are kept. Part of the section `recordings`. */
export const retention = {
  retention: kind.choice(
    ['off', 'dry-run', 'delete'],
    'off',
    'Whether recordings are deleted when they are old enough. `dry-run` deletes nothing, and tells the log once a day what `delete` would. `delete` does it once a day, after `recordings confirm` has shown it and been agreed to. docs/recordings.md has the steps.',
  ),
  delete_older_than_days: key(
    z.int().min(1).max(36_500).optional(),
    'number',
    'a number of days, 1 to 36500',
    'How old a recording must be, counted from the end of its call.',
    { otherwise: 'none; it must be given where recordings.retention is not off', sample: 365 },
  ),
};

/** What is done with formats that browsers do not play. Part of the section `recordings`. */
export const transcoding = {
  transcoder: kind.choice(
    ['auto', 'ffmpeg', 'sox', 'off'],
    'auto',
    'What makes of GSM (.gsm, .WAV, .wav49), G.722 and raw recordings something that browsers play, when somebody listens to one. `auto`: ffmpeg, which makes MP3, or else sox, which makes WAV and knows no G.722. `off`: they are given as they are.',
  ),
  transcoder_path: key(
    kind.absoluteFolder.optional(),
    'text',
    'the path of the program, given from the root (/...)',
    'Where that program is, if not where programs usually are.',
    {
      otherwise: 'looked for in /usr/local/bin, /usr/bin, /bin, /opt/ffmpeg/bin and /snap/bin',
      sample: '/usr/bin/ffmpeg',
    },
  ),
  cache_path: key(
    kind.filled.optional(),
    'text',
    'the path of a folder',
    'Where converted recordings are kept. The folder is made when missing, for the connector’s user alone. Relative to this file’s folder.',
    {
      otherwise: 'beside the database, under its name with `.transcoded`',
      sample: '/var/cache/asterisk-vtiger-connector',
    },
  ),
  cache_mb: kind.count(
    10,
    1_000_000,
    1_024,
    'a number of megabytes',
    'How much converted recordings may take. What was listened to least lately is removed, and converted again when it is asked for. An hour is 14 MB as MP3 and 58 MB as WAV.',
  ),
};
