mod published;
mod tntp;
