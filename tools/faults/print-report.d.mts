export interface Report {
  testResults: { name: string; status: string; assertionResults: { title: string; fullName: string; status: string; meta?: { fault?: { what: string; done: number; total: number; mix: string } } }[] }[];
}
export function makeReport(report: Report, notRun: { label: string; what: string; why: string }[], whole?: boolean): { text: string; ok: boolean };
