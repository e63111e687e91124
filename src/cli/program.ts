/** How the program is called in its own texts: as it is started from the folder that it was built in. */
export const program = 'node dist/main.js';
