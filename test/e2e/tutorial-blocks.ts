import { fencesIn } from './document.js';

/** Commands of a page, and the output that it shows for them. */
export interface Block {
  readonly commands: string;
  /** Empty: it shows none. */
  readonly quoted: string;
}

/** Fenced blocks in their order: those without a language are commands, and a `text` block is the output of those before it. */
export function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  for (const { language, text } of fencesIn(markdown)) {
    if (language === '') blocks.push({ commands: text.trim(), quoted: '' });
    else if (language === 'text') blocks.push({ commands: blocks.pop()!.commands, quoted: text.trim() });
  }
  return blocks;
}

/** The quoted lines that the output does not have, in that order. `…` stands for anything, and spaces for any number of them. */
export function linesMissing(quoted: string, output: string): string[] {
  const lines = output.split('\n');
  let from = 0;
  return quoted.split('\n').filter((line) => line !== '').filter((line) => {
    const found = lines.slice(from).findIndex((each) => formOf(line).test(each));
    if (found >= 0) from += found + 1;
    return found < 0;
  });
}

const formOf = (line: string): RegExp => {
  const parts = line.trim().split(/(\s+|…)/).filter((part) => part !== '').map((part) => (part.trim() === '' ? '\\s+' : part === '…' ? '.*' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')));
  return new RegExp(`^\\s*${parts.join('').replaceAll('.*\\s+', '.*\\s*')}`);
};
