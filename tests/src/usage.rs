//! 程序的用法行，和由它推出来的坏参数。纯函数。
//!
//! 用法行是程序自己打印的（`用法：hello_client <IP> <端口>`），所以新程序一写出来，就在这张表里了。

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt;

/// 一个程序要的参数。
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// 尖括号里的，必须给。
    pub required: Vec<Param>,
    /// 方括号里的，可以不给。
    pub optional: Vec<Param>,
    /// 最后一个后面有 `…`：可以再给任意多个。
    pub repeats: bool,
}

/// 一个参数是什么。
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Param {
    /// `<端口>`
    Port,
    /// `<IP>`
    Ip,
    /// `<源文件>`
    Source,
    /// `<目标文件>`
    Target,
    /// 名字以“数”或“毫秒”结尾的，是一个有上限的非负整数。
    Number(String),
    /// 其余的，是几个词之一，或随便什么文字。
    Word(String),
}

impl Param {
    fn parse(name: &str) -> Self {
        match name {
            "端口" => Param::Port,
            "IP" => Param::Ip,
            "源文件" => Param::Source,
            "目标文件" => Param::Target,
            name if name.ends_with('数') || name.ends_with("毫秒") => Param::Number(name.into()),
            name => Param::Word(name.into()),
        }
    }

    /// 一定不合法的值；路径没有不合法的写法，随便什么文字也没有。
    #[must_use]
    pub fn bad_values(&self) -> Vec<OsString> {
        let values: &[&str] = match self {
            Param::Port => &BAD_PORTS,
            Param::Ip => &BAD_IPS,
            Param::Number(_) => &BAD_NUMBERS,
            Param::Source | Param::Target | Param::Word(_) => &[],
        };
        let mut bad: Vec<OsString> = values.iter().map(OsString::from).collect();
        if !matches!(self, Param::Source | Param::Target) {
            bad.push(OsString::from_vec(vec![b'9', 0xff, b'1']));
        }
        if matches!(self, Param::Port | Param::Ip | Param::Number(_)) {
            bad.push("9".repeat(100_000).into());
        }
        bad
    }
}

/// 不是端口的文字。`+9190` 和 `09190` 不在里面：parse 收它们，它们也确实是 9190。
const BAD_PORTS: [&str; 26] = [
    "",
    " ",
    "abc",
    "-1",
    "-0",
    "0",
    "00",
    "65536",
    "99999",
    "4294967305",
    "80.5",
    "9190x",
    " 9190",
    "9190 ",
    "9190\n",
    "0x50",
    "1e3",
    "9_190",
    "9,190",
    "９１９０",
    "九千",
    "²",
    "٣",
    "--",
    "+",
    "9190:80",
];

/// 不是 IP 的文字：主机名不查，几十年前的省略写法和八进制也不收。
const BAD_IPS: [&str; 26] = [
    "",
    " ",
    "abc",
    "localhost",
    "主机.中国",
    "256.1.1.1",
    "256.0.0.1",
    "1.2.3",
    "127.1",
    "1.2.3.4.5",
    "127.0.0.1:80",
    "127.0.0.01",
    "0177.0.0.1",
    "0x7f.1",
    "2130706433",
    "127.0.0.-1",
    "127.0.0.1 ",
    " 127.0.0.1",
    "127.0.0.1\n",
    "127.0.0.1/8",
    "１２７.0.0.1",
    "*",
    "[::1]",
    "::zz",
    "::1%lo",
    "1:2:3:4:5:6:7:8:9",
];

/// 不是非负整数的文字。
const BAD_NUMBERS: [&str; 12] = [
    "",
    "abc",
    "-1",
    "1.5",
    "1e3",
    "0x1",
    "99999999999999999999",
    "1 ",
    " 1",
    "１",
    "NaN",
    "一",
];

impl Usage {
    /// 从程序打印的一行里认出用法：`……。用法：名字 <甲> [乙]`，最后一个可以带 `…`。
    ///
    /// # Errors
    /// 没有“用法：”、名字不对、或有既不是 `<…>` 也不是 `[…]` 的词时，返回一句说明。
    pub fn parse(program: &str, line: &str) -> Result<Self, String> {
        let (why, usage) = line
            .split_once("用法：")
            .ok_or_else(|| format!("期望一行“哪里不对。用法：{program} …”，实际：{line}"))?;
        if why.trim().is_empty() {
            return Err(format!("“用法：”之前要说哪里不对，实际：{line}"));
        }
        let mut words = usage.split_whitespace();
        if words.next() != Some(program) {
            return Err(format!("用法里的名字期望 {program}，实际：{line}"));
        }
        let mut parsed = Self {
            required: Vec::new(),
            optional: Vec::new(),
            repeats: false,
        };
        for word in words {
            let last = word.strip_suffix('…');
            parsed.repeats = last.is_some();
            let word = last.unwrap_or(word);
            if let Some(name) = word.strip_prefix('<').and_then(|w| w.strip_suffix('>')) {
                parsed.required.push(Param::parse(name));
            } else if let Some(name) = word.strip_prefix('[').and_then(|w| w.strip_suffix(']')) {
                parsed.optional.push(Param::parse(name));
            } else {
                return Err(format!("参数写成 <甲> 或 [乙]，实际：{word}"));
            }
        }
        Ok(parsed)
    }

    /// 必给的和可给的，依次。
    pub fn params(&self) -> impl Iterator<Item = &Param> {
        self.required.iter().chain(&self.optional)
    }

    /// 有一个参数什么文字都收。
    #[must_use]
    pub fn takes_any_text(&self) -> bool {
        self.params()
            .any(|param| *param == Param::Word("文本".into()))
    }

    /// 连别人的程序：既有 IP 也有端口。
    #[must_use]
    pub fn is_client(&self) -> bool {
        self.required.contains(&Param::Ip) && self.required.contains(&Param::Port)
    }

    /// 等别人来连的程序：有端口，没有 IP。
    #[must_use]
    pub fn is_server(&self) -> bool {
        !self.required.contains(&Param::Ip) && self.required.contains(&Param::Port)
    }

    /// 一组说得通的必给参数。
    ///
    /// # Errors
    /// 有不认识的词时返回它：请在这里给它一个好值。
    pub fn good_args(&self, good: &Good) -> Result<Vec<OsString>, String> {
        self.required
            .iter()
            .map(|param| good.value(param))
            .collect()
    }

    /// 一定该以“用法”收场的参数，各附一句说明。
    ///
    /// # Errors
    /// 同 [`Usage::good_args`]。
    pub fn bad_args(&self, good: &Good) -> Result<Vec<(String, Vec<OsString>)>, String> {
        let params: Vec<&Param> = self.params().collect();
        let all: Vec<OsString> = params
            .iter()
            .map(|param| good.value(param))
            .collect::<Result<_, _>>()?;
        let mut cases = Vec::new();
        for count in 0..self.required.len() {
            cases.push((format!("只给 {count} 个参数"), all[..count].to_vec()));
        }
        for extra in 1..=3 {
            if self.repeats {
                break;
            }
            let mut args = all.clone();
            args.extend(std::iter::repeat_n(OsString::from("1"), extra));
            cases.push((format!("多给 {extra} 个参数"), args));
        }
        for (at, param) in params.iter().enumerate() {
            for bad in param.bad_values() {
                let mut args = all[..=at.max(self.required.len().saturating_sub(1))].to_vec();
                args[at] = bad;
                let start: String = format!("{:?}", args[at]).chars().take(40).collect();
                cases.push((format!("第 {} 个参数是 {start}", at + 1), args));
            }
        }
        Ok(cases)
    }
}

/// 说得通的值。
#[derive(Debug, Clone)]
pub struct Good {
    /// 端口。
    pub port: u16,
    /// 存在的源文件。
    pub source: OsString,
    /// 还不存在的目标文件。
    pub target: OsString,
}

impl Good {
    fn value(&self, param: &Param) -> Result<OsString, String> {
        Ok(match param {
            Param::Port => self.port.to_string().into(),
            Param::Ip => "127.0.0.1".into(),
            Param::Source => self.source.clone(),
            Param::Target => self.target.clone(),
            Param::Number(_) => "3".into(),
            Param::Word(name) => match name.as_str() {
                "文本" => "9190",
                "地址族" => "AF_INET",
                "类型" => "SOCK_STREAM",
                "协议" => "0",
                name => {
                    return Err(format!(
                        "不认识的参数 {name}：请在 tests/src/usage.rs 给它一个好值"
                    ));
                }
            }
            .into(),
        })
    }
}
