import { ERRORS, fromProblem, type Problem, SlipwayError, toProblem } from './errors.js';

describe('errors', () => {
  it('cross a wire with their code, message and reasons', () => {
    const error = new SlipwayError('REVIEW_DENIED', 'no', [{ code: 'FROZEN', message: 'year end', at: 'freeze' }]);
    expect(fromProblem(JSON.parse(JSON.stringify(toProblem(error))) as Problem)).toEqual(error);
  });

  it('keep what went wrong inside us to the log', () => {
    const problem = toProblem(new Error('password=hunter2'));
    expect(problem.code).toBe('INTERNAL');
    expect(JSON.stringify(problem)).not.toContain('hunter2');
  });

  it('of another version of Slipway are faults, not crashes', () => {
    expect(fromProblem({ type: '', code: 'FROM_THE_FUTURE' as never, status: 400, title: '', detail: 'x' }).code).toBe('INTERNAL');
  });

  it('have exit codes that tell denied, not allowed, not found, conflict and late apart', () => {
    const exits = (['REVIEW_DENIED', 'APPROVER_IS_AUTHOR', 'PLAN_NOT_FOUND', 'COMMAND_ID_REUSED', 'TIMED_OUT'] as const).map((code) => ERRORS[code].exit);
    expect(exits).toEqual([3, 4, 5, 6, 7]);
  });
});
