//! 每项检查一项测试：`check::fences`。

use book_tests::book::Book;
use book_tests::checks::{
    api_paths, chinese, coverage, documents, drawings, fences, figures, html, includes,
    inline_code, lab_page, markdown, sessions, standalone, template,
};
use book_tests::finding::{Finding, report};
use book_tests::lab::mark;
use libtest_mimic::{Failed, Trial};

use crate::stage;

/// 对这本书的全部检查。
pub fn trials() -> Vec<Trial> {
    let mut trials = vec![
        check("fences", |book| Ok(fences::check(book))),
        check("includes", |book| Ok(includes::check(book))),
        check("coverage", |book| Ok(coverage::check(book))),
        check("figures", |book| Ok(figures::check(book))),
        check("drawings", |book| Ok(drawings::check(book))),
        check("standalone", |book| {
            let mut findings = standalone::check(book);
            findings.extend(standalone::check_build(book, &stage::programs()?.targets));
            Ok(findings)
        }),
        check("inline_code", |book| Ok(inline_code::check(book))),
        check("lab_page", |book| Ok(lab_page::check(book))),
        check("chinese", |book| Ok(chinese::check(book))),
        check("lab", |book| Ok(mark::check(book))),
        check("api_paths", |book| {
            let libc = stage::programs()?
                .libc
                .as_deref()
                .ok_or("没有构建出 libc")?;
            api_paths::check(book, libc, &stage::scratch())
        }),
        check("template", |book| {
            template::check(&book.root, &stage::scratch(), stage::overwrite())
        }),
        check("html", |book| {
            let output = stage::scratch().join(format!("html-{}", std::process::id()));
            html::render(&book.root, &output)?;
            let findings = html::check(book, &output);
            // 留下的只是垃圾，删不掉不影响结果。
            drop(std::fs::remove_dir_all(&output));
            findings
        }),
        check("markdown", |book| Ok(markdown::check(book))),
        check("sessions", |book| Ok(sessions::check(book))),
        crate::sessions::recordings(),
    ];
    let mut names: Vec<String> = trials
        .iter()
        .filter_map(|trial| trial.name().strip_prefix("check::"))
        .chain(["documents"])
        .map(str::to_owned)
        .collect();
    names.sort();
    trials.push(check("documents", move |book| {
        let file = "CONTRIBUTING.md";
        let text = std::fs::read_to_string(book.root.join(file))
            .map_err(|err| format!("{file}：{err}"))?;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut findings = documents::check(book);
        findings.extend(documents::check_names(file, &text, &names));
        Ok(findings)
    }));
    trials
}

fn check(
    name: &str,
    run: impl FnOnce(&Book) -> Result<Vec<Finding>, String> + Send + 'static,
) -> Trial {
    Trial::test(format!("check::{name}"), move || {
        let findings = run(stage::book()?)?;
        report(findings).map_err(Failed::from)
    })
}
