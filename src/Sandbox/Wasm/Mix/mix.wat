;; MixTask (src/Domain/Bootstrapping) as a WASI command. Input: value (u64), turns (u32), little-endian; output: value (u64).
;; Exit code 1: the input has another length. mix.wasm is this text, assembled; a test compares them.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $write (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
  (memory (export "memory") 1 1)
  (func (export "_start") (local $x i64) (local $left i32)
    (i32.store (i32.const 0) (i32.const 64)) ;; one buffer, at 64 ...
    (i32.store (i32.const 4) (i32.const 16)) ;; ... of more bytes than are allowed; how many came is at 8
    (if (i32.or
          (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8))
          (i32.ne (i32.load (i32.const 8)) (i32.const 12)))
      (then (call $exit (i32.const 1))))
    (local.set $x (i64.load (i32.const 64)))
    (local.set $left (i32.load (i32.const 72)))
    (block $done
      (loop $turn
        (br_if $done (i32.eqz (local.get $left)))
        (local.set $x (i64.add (local.get $x) (i64.const 0x9E3779B97F4A7C15)))
        (local.set $x (i64.mul (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 30))) (i64.const 0xBF58476D1CE4E5B9)))
        (local.set $x (i64.mul (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 27))) (i64.const 0x94D049BB133111EB)))
        (local.set $x (i64.xor (local.get $x) (i64.shr_u (local.get $x) (i64.const 31))))
        (local.set $left (i32.sub (local.get $left) (i32.const 1)))
        (br $turn)))
    (i64.store (i32.const 64) (local.get $x))
    (i32.store (i32.const 4) (i32.const 8))
    (if (i32.or
          (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))
          (i32.ne (i32.load (i32.const 8)) (i32.const 8)))
      (then (call $exit (i32.const 1))))))
