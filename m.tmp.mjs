import {build} from 'esbuild'; import {brotliCompressSync,constants} from 'node:zlib'; import {readFileSync} from 'node:fs'; import {relative} from 'node:path';
const br=b=>brotliCompressSync(b,{params:{[constants.BROTLI_PARAM_QUALITY]:11}}).length;
const plug={name:'x',setup(b){b.onResolve({filter:/^\./},(a)=>{ const m=a.path; if(a.importer.includes('/dist/form') && /^(\.\.\/)+(index|webauthn|device|policy|qr-code|recovery-codes|entry\/failure)\.js$|vendor/.test(m)) return {path:'journey-oidc/'+m.replaceAll('../',''),external:true};});}};
const bundle=async(skip)=>{const r=await build({stdin:{contents:"import './pkg/dist/form.js'",resolveDir:process.cwd()},bundle:true,minify:true,outdir:'/out',format:'esm',target:'es2022',write:false,plugins:[plug,{name:'s',setup(b){b.onLoad({filter:new RegExp(skip??'^$')},()=>({contents:'export default 1',loader:'js'}));}}],metafile:true,logLevel:'silent'}).catch(e=>null); return r};
const full=await bundle(); const t=full.outputFiles[0].contents; console.log(t.length, br(t));
const ins=Object.values(full.metafile.outputs)[0].inputs;
// rough marginal: brotli of each alone
for (const [n,x] of Object.entries(ins).sort((a,b)=>b[1].bytesInOutput-a[1].bytesInOutput)) console.log(n.replace('pkg/dist/form/',''), x.bytesInOutput, n.startsWith('<')?'':br(readFileSync(n)));
