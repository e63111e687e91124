import { attendedStories } from './scenarios-attended.ts';
import { blindStories } from './scenarios-blind.ts';
import { parkStories } from './scenarios-park.ts';
import type { Story } from './story.ts';

/** Calls that do not stay with who answered them. */
export const transferStories: readonly Story[] = [...blindStories, ...attendedStories, ...parkStories];
