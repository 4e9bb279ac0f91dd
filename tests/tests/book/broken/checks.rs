//! 没坏的书。

use book_tests::checks::{
    chinese, coverage, drawings, fences, figures, includes, inline_code, standalone,
};

use super::{BookTest, Check, api, rendered, tests};

tests!("checks": good_book);

/// 没坏的书，哪项检查都不出声；否则下面的每一项都说明不了什么。
fn good_book() {
    let checks: [Check; 10] = [
        |book| Ok(fences::check(book)),
        |book| Ok(includes::check(book)),
        |book| Ok(coverage::check(book)),
        |book| Ok(figures::check(book)),
        |book| Ok(drawings::check(book)),
        |book| Ok(standalone::check(book)),
        |book| Ok(inline_code::check(book)),
        |book| Ok(chinese::check(book)),
        api,
        rendered,
    ];
    for check in checks {
        BookTest::new().finds(check, &[]);
    }
}
