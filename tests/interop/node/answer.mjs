// One JSON object comes in on stdin, one goes out on stdout. What a library refuses is an answer; any other failure ends the process,
// so that a slip in a script is never taken for a refusal.
import { json } from 'node:stream/consumers';

export async function answer(operations, ...refusals) {
  const { operation, ...request } = await json(process.stdin);
  console.log(JSON.stringify(await attempt(() => operations[operation](request), refusals)));
}

async function attempt(operation, refusals) {
  try {
    return await operation();
  } catch (error) {
    if (!refusals.some(type => error instanceof type)) throw error;
    return { refused: error.code ?? error.message };
  }
}
