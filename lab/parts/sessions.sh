# 会话的步骤，从 listings 里的 TOML 导出：解析它们的只有测试用的那一份代码。
title=会话的步骤
inputs=(Cargo.lock tests/Cargo.toml tests/src/**/*.rs listings/*/sessions/*.toml)
build() {
  if [ -f "$root/tests/src/bin/export_sessions.rs" ]; then
    (cd "$root" && cargo run -q --locked -p book-tests --bin export_sessions) > "$out/sessions.json"
  else
    echo '{}' > "$out/sessions.json"
  fi
}
