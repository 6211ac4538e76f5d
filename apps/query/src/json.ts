/** A column that holds JSON, as its row's type says. Null stays null. */
export const fromJson = <T>(text: string | null): T => (text === null ? null : JSON.parse(text)) as T;
