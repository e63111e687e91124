import { basicStories } from './scenarios-basic.ts';
import type { Story } from './story.ts';

/** Every kind of call. */
export const stories: readonly Story[] = [...basicStories];
