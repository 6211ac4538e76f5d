/** A fenced block of a document that is to be run. */
export interface Block {
  /** `3. The bus, line 61`. */
  readonly title: string;
  readonly script: string;
  /** What the document says that it prints; undefined where it says nothing. */
  readonly output: string | undefined;
}

interface Fence {
  readonly language: string;
  readonly text: string;
  readonly line: number;
  readonly heading: string;
}

/** Every fenced block, with the heading above it. */
export function fencesIn(markdown: string): Fence[] {
  const fences: Fence[] = [];
  let heading = '';
  let open: { language: string; line: number; lines: string[] } | undefined;
  for (const [index, line] of markdown.split('\n').entries()) {
    const fence = /^```(\w*)$/.exec(line);
    if (open && fence) {
      fences.push({ language: open.language, text: `${open.lines.join('\n')}\n`, line: open.line, heading });
      open = undefined;
    } else if (open) open.lines.push(line);
    else if (fence) open = { language: fence[1]!, line: index + 1, lines: [] };
    else heading = /^## (.+)$/.exec(line)?.[1] ?? heading;
  }
  return fences;
}

/** The `sh` blocks in order; a `text` block right after one is what it prints. */
export function blocksIn(markdown: string): Block[] {
  const fences = fencesIn(markdown);
  return fences.flatMap(({ language, text, line, heading }, index) => {
    if (language !== 'sh') return [];
    const next = fences[index + 1];
    return [{ title: `${heading}, line ${line}`, script: text, output: next?.language === 'text' ? next.text : undefined }];
  });
}

/** An expression for text in which `…` stands for anything, and spaces for more of them. */
export function patternOf(output: string): RegExp {
  const escaped = output.trim().split('…').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(/ +/g, ' +'));
  return new RegExp(`^${escaped.join('[\\s\\S]*?')}$`);
}
