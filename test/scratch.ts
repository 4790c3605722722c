import { readFileSync } from 'node:fs';
import { createOnnxRuntime } from '../src-main/engine/runtime/onnx.ts';
import { rewardLossProgram, trainedParameters } from '../src-main/engine/train/programs.ts';
import { adamWProgram, adamWFeeds, gradientOf, firstMomentOf, secondMomentOf } from '../src-main/engine/train/optimizer.ts';
import { parameters } from '../src-main/engine/model/gpt2.ts';
const [width, layers, heads, T, B, vocabulary] = (process.argv[2] ?? '256,4,4,128,16,8192').split(',').map(Number) as any;
const config = { width, layers, heads, vocabulary, positions: T, epsilon: 1e-5 };
const device = process.argv[3] ?? 'cpu';
const rt = createOnnxRuntime(device);
const adam = { beta1: .9, beta2: .999, epsilon: 1e-8, weightDecay: .01, maxGradientNorm: 0 };
const tr = trainedParameters(config, true, 0);
const t0 = performance.now();
const loss = await rt.compile(rewardLossProgram(config, { dropout: false, trained: tr }));
const t1 = performance.now();
const upd = await rt.compile(adamWProgram(tr, adam));
console.log('compile', t1 - t0, performance.now() - t1);
const st = rt.createState();
let seed = 1; const rnd = () => { let u = 0; for (let i = 0; i < 6; i++) { seed = (seed * 1103515245 + 12345) & 0x7fffffff; u += seed / 0x7fffffff; } return (u - 3) * 1.414; };
for (const p of parameters(config, true)) {
  const n = p.shape.reduce((a, b) => a * b, 1);
  const data = Float32Array.from({ length: n }, () => p.centre + (p.deviation ? p.deviation * rnd() : 0));
  st.put(new Map([[p.name, { data, shape: p.shape }], ...[gradientOf, firstMomentOf, secondMomentOf].map((f) => [f(p.name), { data: new Float32Array(n), shape: p.shape }] as any)]));
}
const ids = new Int32Array(B * T).map(() => Math.abs(seed = (seed * 1103515245 + 12345) & 0x7fffffff) % vocabulary);
const causal = new Float32Array(T * T); for (let i = 0; i < T; i++) for (let j = i + 1; j < T; j++) causal[i * T + j] = -1e9;
const P = B / 2;
const feeds = { ids: { data: ids, shape: [B, T] }, positions: { data: new Int32Array(T).map((_, i) => i), shape: [T] }, causal: { data: causal, shape: [T, T] }, end: { data: new Int32Array(B).map((_, i) => i * T + T - 1), shape: [B] }, visible: { data: new Float32Array(B * T), shape: [B, T] }, first: { data: new Int32Array(P).map((_, i) => i), shape: [P] }, second: { data: new Int32Array(P).map((_, i) => P + i), shape: [P] }, target: { data: new Float32Array(P).fill(1), shape: [P] }, weight: { data: new Float32Array(P).fill(1 / P), shape: [P] } };
const times: number[] = [], ls: number[] = []; let ta = 0;
for (let s = 1; s <= 13; s++) {
  const t = performance.now();
  const r = await loss.run(feeds, st);
  const m = performance.now();
  const u = Object.fromEntries(Object.entries(adamWFeeds(adam, s, 1e-4)).map(([k, v]) => [k, { data: Float32Array.of(v), shape: [] }]));
  const n = await upd.run(u, st);
  if (s > 3) { times.push(performance.now() - t); ta += performance.now() - m; }
  ls.push(r.loss![0]!); if (s === 1) console.log('norm', n.gradientNorm![0]);
}
times.sort((a, b) => a - b);
console.log('median ms', times[5], 'adam ms', ta / 10, 'loss', ls.map((x) => x.toFixed(3)).join(' '), 'rss', process.resourceUsage().maxRSS / 1024 | 0);
await loss.dispose(); await upd.dispose();
