//! 参数的个数和写法。

use std::ffi::OsString;

use super::cases::{Cases, Expect};
use crate::usage::Usage;

impl Cases<'_> {
    pub(super) fn bad_arguments(&mut self, usage: &Usage) -> Result<(), String> {
        let folder = self.fresh()?;
        let (good, _port) = self.good(&folder)?;
        for (what, args) in usage.bad_args(&good)? {
            self.expect(&what, &folder, &args, Expect::Usage)?;
        }
        // 没有选项：求助也回答用法。什么文字都收的程序，这些也是文字。
        if !usage.takes_any_text() {
            for option in ["--help", "-h", "--version", "--", "-"] {
                let args = [OsString::from(option)];
                self.expect(option, &folder, &args, Expect::Usage)?;
            }
        }
        Ok(())
    }
}
