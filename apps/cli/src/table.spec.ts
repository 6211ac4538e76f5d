import { type Column, table } from './table.js';

interface Row {
  readonly name: string;
  readonly why: string;
}

const COLUMNS: readonly Column<Row>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'WHY', value: ({ why }) => why, text: true },
];

describe('a table', () => {
  it('has its columns as wide as they must be', () => {
    expect(table([{ name: 'shop', why: 'frozen' }, { name: 'x', why: '-' }], COLUMNS, 80)).toBe('NAME  WHY\nshop  frozen\nx     -');
  });

  it('breaks long text at spaces, and loses nothing', () => {
    const text = table([{ name: 'shop', why: 'frozen until somebody lifts it or grants an exception' }], COLUMNS, 40);
    expect(text).toBe(['NAME  WHY', 'shop  frozen until somebody lifts it or', '      grants an exception'].join('\n'));
  });

  it('breaks a long word, and other columns where text alone is not enough', () => {
    const text = table([{ name: 'n'.repeat(30), why: 'w'.repeat(50) }], COLUMNS, 40);
    for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
    expect(text.replace(/[^n]/g, '')).toHaveLength(30);
    expect(text.replace(/[^w]/g, '')).toHaveLength(50);
  });

  it('lets no control character through', () => {
    const text = table([{ name: '\u001b[31mred\u001b[0m', why: 'two\nlines\tand\u009bmore' }], COLUMNS, 80);
    expect(text.split('\n')[1]).toBe('\ufffd[31mred\ufffd[0m  two lines and\ufffdmore');
  });

  it('stays readable where nothing fits', () => {
    expect(table([{ name: 'n'.repeat(20), why: 'because' }], COLUMNS, 5).split('\n').length).toBeGreaterThan(2);
  });
});
