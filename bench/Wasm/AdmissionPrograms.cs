namespace AkkaCompute.Bench.Wasm;

/// <summary>Programs that take a tenth of a second or so.</summary>
internal static class AdmissionPrograms
{
    public static readonly (string Name, string Text)[] All =
    [
        ("loop of integers", """
            (module (memory (export "memory") 1 1)
              (func (export "_start") (local $left i64) (local $x i64)
                (local.set $left (i64.const 100000000))
                (loop $turn
                  (local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005)) (i64.const 1442695040888963407)))
                  (br_if $turn (i64.ne (local.tee $left (i64.sub (local.get $left) (i64.const 1))) (i64.const 0))))
                (i64.store (i32.const 0) (local.get $x))))
            """),
        ("Fibonacci numbers by calls", """
            (module (memory (export "memory") 1 1)
              (func $fib (param i32) (result i32)
                (if (result i32) (i32.lt_u (local.get 0) (i32.const 2)) (then (local.get 0))
                  (else (i32.add (call $fib (i32.sub (local.get 0) (i32.const 1))) (call $fib (i32.sub (local.get 0) (i32.const 2)))))))
              (func (export "_start") (i32.store (i32.const 0) (call $fib (i32.const 33)))))
            """),
        ("sieve of bytes", """
            (module (memory (export "memory") 64 64)
              (func (export "_start") (local $i i32) (local $j i32) (local $n i32)
                (loop $rounds
                  (memory.fill (i32.const 0) (i32.const 0) (i32.const 2000000))
                  (local.set $i (i32.const 2))
                  (loop $next
                    (if (i32.eqz (i32.load8_u (local.get $i))) (then
                      (local.set $j (i32.add (local.get $i) (local.get $i)))
                      (block $done (loop $mark
                        (br_if $done (i32.ge_u (local.get $j) (i32.const 2000000)))
                        (i32.store8 (local.get $j) (i32.const 1))
                        (local.set $j (i32.add (local.get $j) (local.get $i)))
                        (br $mark)))))
                    (br_if $next (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 1000000))))
                  (br_if $rounds (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 10))))))
            """),
        ("product of matrices, f64", """
            (module (memory (export "memory") 64 64)
              (func (export "_start") (local $i i32) (local $j i32) (local $k i32) (local $a i32) (local $b i32) (local $sum f64)
                (loop $fill
                  (f64.store (i32.shl (local.get $i) (i32.const 3)) (f64.convert_i32_u (local.get $i)))
                  (br_if $fill (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 180000))))
                (local.set $i (i32.const 0))
                (loop $rows
                  (local.set $j (i32.const 0))
                  (loop $columns
                    (local.set $sum (f64.const 0))
                    (local.set $a (i32.mul (local.get $i) (i32.const 2400)))
                    (local.set $b (i32.add (i32.const 720000) (i32.shl (local.get $j) (i32.const 3))))
                    (local.set $k (i32.const 300))
                    (loop $inner
                      (local.set $sum (f64.add (local.get $sum) (f64.mul (f64.load (local.get $a)) (f64.load (local.get $b)))))
                      (local.set $a (i32.add (local.get $a) (i32.const 8)))
                      (local.set $b (i32.add (local.get $b) (i32.const 2400)))
                      (br_if $inner (local.tee $k (i32.sub (local.get $k) (i32.const 1)))))
                    (f64.store
                      (i32.add (i32.const 1440000) (i32.add (i32.mul (local.get $i) (i32.const 2400))
                        (i32.shl (local.get $j) (i32.const 3))))
                      (local.get $sum))
                    (br_if $columns (i32.lt_u (local.tee $j (i32.add (local.get $j) (i32.const 1))) (i32.const 300))))
                  (br_if $rows (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 300))))))
            """),
        ("n-body, f64", """
            (module (memory (export "memory") 1 1)
              ;; A body: x y z, vx vy vz, mass; 56 bytes.
              (func (export "_start") (local $n i32) (local $a i32) (local $b i32)
                (local $x f64) (local $y f64) (local $z f64) (local $d f64) (local $m f64)
                (loop $fill
                  (f64.store (i32.shl (local.get $a) (i32.const 3))
                    (f64.add (f64.const 1) (f64.div (f64.convert_i32_u (i32.mul (local.get $a) (local.get $a))) (f64.const 7))))
                  (br_if $fill (i32.lt_u (local.tee $a (i32.add (local.get $a) (i32.const 1))) (i32.const 35))))
                (loop $steps
                  (local.set $a (i32.const 0))
                  (loop $bodies
                    (local.set $b (i32.add (local.get $a) (i32.const 56)))
                    (block $last (loop $others
                      (br_if $last (i32.ge_u (local.get $b) (i32.const 280)))
                      (local.set $x (f64.sub (f64.load (local.get $a)) (f64.load (local.get $b))))
                      (local.set $y (f64.sub (f64.load offset=8 (local.get $a)) (f64.load offset=8 (local.get $b))))
                      (local.set $z (f64.sub (f64.load offset=16 (local.get $a)) (f64.load offset=16 (local.get $b))))
                      (local.set $d (f64.add
                        (f64.add (f64.mul (local.get $x) (local.get $x)) (f64.mul (local.get $y) (local.get $y)))
                        (f64.mul (local.get $z) (local.get $z))))
                      (local.set $m (f64.div (f64.const 0.001) (f64.mul (local.get $d) (f64.sqrt (local.get $d)))))
                      (local.set $d (f64.mul (f64.load offset=48 (local.get $b)) (local.get $m)))
                      (f64.store offset=24 (local.get $a)
                        (f64.sub (f64.load offset=24 (local.get $a)) (f64.mul (local.get $x) (local.get $d))))
                      (f64.store offset=32 (local.get $a)
                        (f64.sub (f64.load offset=32 (local.get $a)) (f64.mul (local.get $y) (local.get $d))))
                      (f64.store offset=40 (local.get $a)
                        (f64.sub (f64.load offset=40 (local.get $a)) (f64.mul (local.get $z) (local.get $d))))
                      (local.set $d (f64.mul (f64.load offset=48 (local.get $a)) (local.get $m)))
                      (f64.store offset=24 (local.get $b)
                        (f64.add (f64.load offset=24 (local.get $b)) (f64.mul (local.get $x) (local.get $d))))
                      (f64.store offset=32 (local.get $b)
                        (f64.add (f64.load offset=32 (local.get $b)) (f64.mul (local.get $y) (local.get $d))))
                      (f64.store offset=40 (local.get $b)
                        (f64.add (f64.load offset=40 (local.get $b)) (f64.mul (local.get $z) (local.get $d))))
                      (local.set $b (i32.add (local.get $b) (i32.const 56)))
                      (br $others)))
                    (br_if $bodies (i32.lt_u (local.tee $a (i32.add (local.get $a) (i32.const 56))) (i32.const 280))))
                  (local.set $a (i32.const 0))
                  (loop $move
                    (f64.store (local.get $a)
                      (f64.add (f64.load (local.get $a)) (f64.mul (f64.const 0.001) (f64.load offset=24 (local.get $a)))))
                    (f64.store offset=8 (local.get $a)
                      (f64.add (f64.load offset=8 (local.get $a)) (f64.mul (f64.const 0.001) (f64.load offset=32 (local.get $a)))))
                    (f64.store offset=16 (local.get $a)
                      (f64.add (f64.load offset=16 (local.get $a)) (f64.mul (f64.const 0.001) (f64.load offset=40 (local.get $a)))))
                    (br_if $move (i32.lt_u (local.tee $a (i32.add (local.get $a) (i32.const 56))) (i32.const 280))))
                  (br_if $steps (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 1))) (i32.const 500000))))))
            """),
    ];
}
