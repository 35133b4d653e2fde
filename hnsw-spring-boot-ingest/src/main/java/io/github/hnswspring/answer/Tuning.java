package io.github.hnswspring.answer;
public final class Tuning {
	static double d(String n, double v) { return Double.parseDouble(System.getProperty("t." + n, "" + v)); }
	public static int POOL = (int) d("pool", 40);
	public static int READ = (int) d("read", 12);
	public static int UNITS = (int) d("units", 120);
	public static int MERGE = (int) d("merge", 1);
	public static double UCOS = d("ucos", 0.65), UCOV = d("ucov", 0.35), UPAS = d("upas", 0.15);
	public static double PD = d("pd", 0.5), PC = d("pc", 0.3), PT = d("pt", 0.1), PU = d("pu", 0.5), PR = d("pr", 0.0), PS = d("ps", 0.2);
	public static double GAP = d("gap", 0.25);
	public static int QUOTES = (int) d("quotes", 3);
	public static int CHARS = (int) d("chars", 1100);
	public static int SENTENCES = (int) d("sentences", 3), LONGEST = (int) d("longest", 600), COMPANION = (int) d("companion", 700);
	public static double WORDY = d("wordy", 0.05), INTENT = d("intent", 0.15), EXACT = d("exact", 0.04), SHORT = d("short", 0.1);
	public static double NAME = d("name", 0.3);
	public static double TABLE = d("table", 0.05), CODE = d("code", 0.0), LIST = d("list", 0.0);
	public static double COVSEC = d("covsec", 1);
	public static double ABSC = d("absc", 0), ABSV = d("absv", 0);
}
