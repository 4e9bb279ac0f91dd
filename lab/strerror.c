// 代替 musl 的 __xpg_strerror_r（链接时用 --wrap 换掉）：说法照 strerror.h。Rust 的标准库和 libc::strerror_r 用的都是它。
// 不用任何头文件：目标是 i686 的 musl，做它的机器上未必有那里的头文件。

static const char *const messages[] = {
#define E(number, text) [number] = text,
#include "strerror.h"
#undef E
};

enum { ERANGE = 34, COUNT = sizeof messages / sizeof *messages };

// 把 text 写进 buffer，放不下就截断。总以 0 结尾（长度是 0 的除外）。放得下返回 1。
static int put(char *buffer, __SIZE_TYPE__ size, __SIZE_TYPE__ *used, const char *text)
{
	for (; *text != 0; text++) {
		if (*used + 1 >= size)
			return 0;
		buffer[(*used)++] = *text;
		buffer[*used] = 0;
	}
	return 1;
}

// POSIX 的 strerror_r：成功返回 0，放不下返回 ERANGE。不认识的号码照 glibc 写成 Unknown error N。
int __wrap___xpg_strerror_r(int number, char *buffer, __SIZE_TYPE__ size)
{
	__SIZE_TYPE__ used = 0;
	char digits[12];
	char *first = digits + sizeof digits - 1;
	unsigned int rest = number < 0 ? -(unsigned int)number : (unsigned int)number;

	if (size == 0)
		return ERANGE;
	*buffer = 0;
	if (number >= 0 && number < COUNT && messages[number] != 0)
		return put(buffer, size, &used, messages[number]) ? 0 : ERANGE;
	*first = 0;
	do {
		*--first = '0' + rest % 10;
		rest /= 10;
	} while (rest != 0);
	if (number < 0)
		*--first = '-';
	return put(buffer, size, &used, "Unknown error ") && put(buffer, size, &used, first) ? 0 : ERANGE;
}
