// A static import of a `.wasm` file is a compiled module: the runtime refuses to compile one from bytes.
declare module '*.wasm' {
  const module: WebAssembly.Module
  export default module
}
