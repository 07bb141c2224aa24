export async function runTemplates(_args: string[]): Promise<void> {}
