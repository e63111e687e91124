export function packageFiles(root: string): { name: string; content: Buffer }[];
export function packageVersion(root: string): string;
