export function zip(files: readonly { readonly name: string; readonly content: Buffer }[]): Buffer;
