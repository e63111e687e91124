import { basicStories } from './scenarios-basic.ts';
import { clickStories } from './scenarios-click.ts';
import { movedStories } from './scenarios-moved.ts';
import { oddStories } from './scenarios-odd.ts';
import { queueStories } from './scenarios-queue.ts';
import { transferStories } from './scenarios-transfer.ts';
import type { Story } from './story.ts';

/** Every kind of call. */
export const stories: readonly Story[] = [
  ...basicStories,
  ...clickStories,
  ...queueStories,
  ...movedStories,
  ...oddStories,
  ...transferStories,
];
